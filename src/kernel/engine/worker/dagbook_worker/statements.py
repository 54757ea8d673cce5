"""Cutting the text of a SQL cell into statements."""

import re

_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^'\\]|\\.|'')*'?|\"(?:[^\"\\]|\\.)*\"?|`(?:[^`]|``)*`?|;",
    re.DOTALL,
)

# A setting of the session (`${spark.conf.key}`) is none: Spark itself puts it in.
_PARAMETER = re.compile(r"(?<![\\$])\$(?:\{\s*([\w-]+)\s*\}|([A-Za-z_]\w*))")


def split_statements(text):
    """Pairs of a statement and the line, from 1, where its text begins. They end at semicolons that are not inside strings, names
    or comments; a `BEGIN … END` script is one statement.
    """
    if re.match(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*BEGIN\b(?!\s*;)", text, re.IGNORECASE | re.DOTALL):
        return [(text, 1)]
    statements, start = [], 0
    for token in _TOKEN.finditer(text):
        if token.group() == ";":
            statements.append((start, token.start()))
            start = token.end()
    statements.append((start, len(text)))
    return [
        (text[start:end], text.count("\n", 0, start) + 1)
        for start, end in statements
        if _says_something(text[start:end])
    ]


def fill_parameters(text, value):
    """The text of a SQL cell with `${p}` and `$p` replaced by what `value(p)` tells; None: there is no such parameter. In comments,
    and after a backslash, a `$` is a `$`; and a `$` before a word that is no parameter is one inside quotes.
    """

    def fill(match, quoted):
        name = match.group(1) or match.group(2)
        told = value(name)
        if told is None and not (quoted and match.group(2)):
            raise UnknownParameter(
                f"No parameter {name} is known here, but the SQL says {match.group()}. "
                f"Declare it above with dbutils.widgets.text({name!r}, …)."
            )
        return match.group() if told is None else told

    parts, at = [], 0
    for token in [*_TOKEN.finditer(text), None]:
        end = len(text) if token is None else token.start()
        parts.append(_PARAMETER.sub(lambda match: fill(match, False), text[at:end]))
        if token is None:
            break
        at, said = token.end(), token.group()
        comment = said[:2] in ("--", "/*")
        parts.append(said if comment else _PARAMETER.sub(lambda match: fill(match, True), said))
    return "".join(parts)


class UnknownParameter(Exception):
    """A parameter in the text of a SQL cell that no widget declares and nobody passed."""


def is_query(statement):
    """Whether a statement returns rows that one wants to see, whose frame is `_sqldf`: what the analysis of SQL takes for one."""
    bare = _TOKEN.sub(lambda token: " " if token.group()[:2] in ("--", "/*") else "x", statement)
    if re.match(r"\s*(SHOW|DESC|DESCRIBE|EXPLAIN|LIST|LS)\b", bare, re.IGNORECASE):
        return True
    if re.match(r"\s*SET\b(?!\s+CATALOG\b)", bare, re.IGNORECASE):
        return re.search(r"=|\bZONE\b", bare, re.IGNORECASE) is None
    if not re.match(r"[\s(]*(SELECT|WITH|VALUES|TABLE|FROM)\b", bare, re.IGNORECASE):
        return False
    return not re.search(
        r"\b(INSERT\s+(INTO|OVERWRITE)|MERGE\s+INTO|DELETE\s+FROM)\b", bare, re.IGNORECASE
    )


def _says_something(statement):
    return (
        _TOKEN.sub(
            lambda token: "" if token.group()[:2] in ("--", "/*") else "x", statement
        ).strip()
        != ""
    )

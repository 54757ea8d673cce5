"""What has to be known of a SQL statement before the host, who has the parser, rewrites the table names in it."""

import re

from .names import split_name

_NAME = r"((?:`(?:[^`]|``)*`|[\w$-]+)(?:\s*\.\s*(?:`(?:[^`]|``)*`|[\w$-]+))*)"
_SKIP = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"


def _statement(pattern):
    return re.compile(_SKIP + pattern.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL)


_VIEW = _statement(
    r"(CREATE (?:OR REPLACE )?)((?:GLOBAL )?TEMP(?:ORARY)? VIEW )(IF NOT EXISTS )?" + _NAME
)
_DROP_VIEW = _statement(r"DROP VIEW (?:IF EXISTS )?" + _NAME + r"\s*;?\s*$")
_TABLE = _statement(r"CREATE (?:OR REPLACE )?(?:EXTERNAL )?TABLE (?:IF NOT EXISTS )?" + _NAME)
_DROP_TABLE = _statement(r"DROP TABLE (?:IF EXISTS )?" + _NAME)
_USE = _statement(r"(?:USE|SET) (?:(CATALOG|SCHEMA|DATABASE|NAMESPACE) )?" + _NAME + r"\s*;?\s*$")
_SCHEMA = _statement(r"CREATE (?:SCHEMA|DATABASE|CATALOG) (?:IF NOT EXISTS )?" + _NAME)
_DROP_SCHEMA = _statement(r"DROP (?:SCHEMA|DATABASE|CATALOG) (?:IF EXISTS )?" + _NAME)
_PATTERN = r"(?: (?:LIKE )?('(?:[^']|'')*'|\"[^\"]*\"))?\s*;?\s*$"
_SHOW = _statement(
    r"SHOW (TABLES|VIEWS|SCHEMAS|DATABASES|NAMESPACES|CATALOGS)(?: (?:IN|FROM) "
    + _NAME
    + r")?"
    + _PATTERN
)
_SHOW_MADE = _statement(r"SHOW CREATE TABLE " + _NAME + r"(?: AS SERDE)?\s*;?\s*$")
_SHOW_SCHEMA = _statement(
    r"DESC(?:RIBE)? (?:SCHEMA|DATABASE|NAMESPACE) (?:EXTENDED )?" + _NAME + r"\s*;?\s*$"
)
_ANSWERS = _statement(r"(?:SHOW|DESC|DESCRIBE|EXPLAIN)\b")
_SAVED_VIEW = _statement(r"CREATE (OR REPLACE )?VIEW (IF NOT EXISTS )?" + _NAME)
_ALTER_VIEW = _statement(r"ALTER VIEW " + _NAME + r" (AS|RENAME)\b")
_DEPTH = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`|[()]|\bAS\b",
    re.IGNORECASE | re.DOTALL,
)
_IDENTIFIER = re.compile(r"\bIDENTIFIER\s*\(\s*:(\w+)\s*\)", re.IGNORECASE)


class TempView:
    """`CREATE TEMP VIEW`: `again` makes the same view in place of another one."""

    def __init__(self, match, text):
        self.name = split_name(match.group(4))[-1]
        self.shared = match.group(2).upper().startswith("GLOBAL")
        self.again = "CREATE OR REPLACE " + match.group(2) + text[match.start(4) :]


def temp_view(text):
    """The temp view that the statement makes, or None."""
    match = _VIEW.match(text)
    return None if match is None else TempView(match, text)


def dropped_view(text):
    """The parts of the view that the statement drops, or ()."""
    match = _DROP_VIEW.match(text)
    return () if match is None else split_name(match.group(1))


def made_table(text):
    """The parts of the table that the statement makes, or (), its format, and whether it has a location of its own."""
    match = _TABLE.match(text)
    if match is None:
        return (), "", False
    options = re.split(r"\b(?:AS|SELECT)\b", text[match.end() :], maxsplit=1, flags=re.IGNORECASE)[
        0
    ]
    kind = re.search(r"\bUSING\s+(\w+)", options, re.IGNORECASE)
    located = re.search(r"\bLOCATION\s+['\"]|\bpath\b", options, re.IGNORECASE) is not None
    return split_name(match.group(1)), "" if kind is None else kind.group(1).lower(), located


def dropped_table(text):
    """The parts of the table that the statement drops, or ()."""
    match = _DROP_TABLE.match(text)
    return () if match is None else split_name(match.group(1))


def used_namespace(text, now):
    """The namespace after `USE …`, None if the statement is another. `now`: the one before it."""
    match = _USE.match(text)
    if match is None:
        return None
    kind, parts = (match.group(1) or "").upper(), split_name(match.group(2))
    if text.strip()[:3].upper() == "SET" and not kind:
        return None
    if kind == "CATALOG":
        return (parts[0], "default")
    return parts[:2] if len(parts) > 1 else (now[0], parts[0])


def made_schema(text):
    """The parts of the schema (or catalog) that the statement makes, or ()."""
    match = _SCHEMA.match(text)
    return () if match is None else split_name(match.group(1))


def drops_schema(text):
    return _DROP_SCHEMA.match(text) is not None


def shown(text):
    """What `SHOW what IN parts LIKE pattern` lists, as these three (parts: () for the current schema; pattern: None for all), or None
    if the statement is another."""
    match = _SHOW.match(text)
    if match is None:
        return None
    what, parts, pattern = match.groups()
    return what.upper(), () if parts is None else split_name(parts), pattern and pattern[1:-1]


def shown_statement(text):
    """The parts of the table after `SHOW CREATE TABLE`, or ()."""
    match = _SHOW_MADE.match(text)
    return () if match is None else split_name(match.group(1))


def described_schema(text):
    """The parts of the schema after `DESCRIBE SCHEMA`, or ()."""
    match = _SHOW_SCHEMA.match(text)
    return () if match is None else split_name(match.group(1))


def answers_names(text):
    """Whether names of tables may be in what the statement answers."""
    return _ANSWERS.match(text) is not None


class ViewStatement:
    """`CREATE VIEW name head AS query`, or `ALTER VIEW name AS query`, whose `head` is None. `span`: where the name stands."""

    def __init__(self, name, span, head, query, keeps=False):
        self.parts, self.span, self.head, self.query = split_name(name), span, head, query
        self.keeps = keeps


def saved_view(text):
    """The ViewStatement of a text that makes a view which is not temporary, or None."""
    match = _SAVED_VIEW.match(text)
    if match is not None:
        found = _split_definition(text, match.end())
        if found is None:
            return None
        return ViewStatement(
            match.group(3), match.span(3), *found, keeps=match.group(2) is not None
        )
    match = _ALTER_VIEW.match(text)
    if match is None or match.group(2).upper() != "AS":
        return None
    query = text[match.end() :].strip().rstrip(";").rstrip()
    return ViewStatement(match.group(1), match.span(1), None, query)


def renames_view(text):
    match = _ALTER_VIEW.match(text)
    return match is not None and match.group(2).upper() == "RENAME"


def without_columns(head):
    """The head of a view without its list of columns."""
    depth = 0
    for token in _DEPTH.finditer(head) if head.startswith("(") else ():
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if depth == 0 and token.group() == ")":
            return head[token.end() :].strip()
    return head


def _split_definition(text, at):
    """What stands before and after the AS of a definition."""
    depth = 0
    for token in _DEPTH.finditer(text, at):
        word = token.group().upper()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "AS" and depth == 0:
            return (
                text[at : token.start()].strip(),
                text[token.end() :].strip().rstrip(";").rstrip(),
            )
    return None


def words(text):
    """The words of a statement, lower case: every name of one part that it may mention."""
    return {word.strip("`").lower() for word in re.findall(r"`[^`]+`|\w+", text)}


def fill_identifiers(text, parameters):
    """`IDENTIFIER(:p)` replaced by the name that the parameter holds, so that names can be told without running."""

    def fill(match):
        value = str(parameters.get(match.group(1), ""))
        return value if split_name(value) else match.group()

    return _IDENTIFIER.sub(fill, text)


def parameter_names(text):
    return set(re.findall(r"(?<![:\w]):([A-Za-z_]\w*)", text))


def told_position(message):
    """Line (from 1) and column (from 0) that a syntax error's message tells, or None."""
    match = re.search(r"\(line (\d+), pos (\d+)\)", message)
    return None if match is None else (int(match.group(1)), int(match.group(2)))

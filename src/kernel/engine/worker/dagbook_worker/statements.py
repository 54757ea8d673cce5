"""Cutting the text of a SQL cell into statements."""

import re

_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^'\\]|\\.|'')*'?|\"(?:[^\"\\]|\\.)*\"?|`(?:[^`]|``)*`?|;",
    re.DOTALL,
)


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


def is_query(statement):
    """Whether a statement is a query, whose frame is `_sqldf`: what the analysis of SQL takes for one."""
    bare = _TOKEN.sub(lambda token: " " if token.group()[:2] in ("--", "/*") else "x", statement)
    if not re.match(r"[\s(]*(SELECT|WITH|VALUES|TABLE|FROM)\b", bare, re.IGNORECASE):
        return False
    return not re.search(r"\b(INSERT\s+(INTO|OVERWRITE)|MERGE\s+INTO|DELETE\s+FROM)\b", bare, re.IGNORECASE)


def _says_something(statement):
    return (
        _TOKEN.sub(
            lambda token: "" if token.group()[:2] in ("--", "/*") else "x", statement
        ).strip()
        != ""
    )

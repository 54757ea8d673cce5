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
_SHOW = _statement(r"SHOW TABLES(?: (?:IN|FROM) " + _NAME + r")?\s*;?\s*$")
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


def shown_tables(text):
    """The parts of the schema after `SHOW TABLES IN`, () for the current one, None if the statement is another."""
    match = _SHOW.match(text)
    if match is None:
        return None
    return () if match.group(1) is None else split_name(match.group(1))


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

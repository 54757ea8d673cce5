"""From the engine's names of tables back to the user's, in messages and in what the engine answers."""

import re


def quote(*parts):
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


class Spoken:
    def __init__(self):
        self._names = {}

    def add(self, physical, name):
        """`physical`: `schema.table` of the engine; `name`: `catalog.schema.table` of the user."""
        self._names[physical] = name

    def message(self, text):
        """The text with the user's names in it."""
        if not text or not self._names:
            return text
        for physical, name in self._names.items():
            if physical.split(".", 1)[0] not in text.lower():
                continue
            schema, table = (re.escape(part) for part in physical.split(".", 1))
            catalog = r"(?:`?spark_catalog`?\.)?"
            quoted = quote(*name.split(".", 2))
            text = _put(rf"{catalog}`{schema}`\.`{table}`", quoted, text)
            text = _put(rf"{catalog}`?{schema}`?\.`?{table}`?(?![\w`])", name, text)
            parts = ", ".join(name.split(".", 2))
            text = _put(rf"\[(?:spark_catalog, )?{schema}, {table}\]", f"[{parts}]", text)
        for physical, name in self._names.items():
            schema = re.escape(physical.split(".", 1)[0])
            user = quote(*name.split(".", 2)[:2])
            text = _put(rf"(?:`?spark_catalog`?\.)?`?{schema}`?", user, text)
        return text

    def cell(self, text):
        """A cell of what SHOW or DESCRIBE answers: the name of a schema stands alone there."""
        if not isinstance(text, str):
            return text
        for physical, name in self._names.items():
            if text == physical.split(".", 1)[0]:
                return name.split(".", 2)[1]
        if text == "spark_catalog" and self._names:
            return next(reversed(self._names.values())).split(".", 1)[0]
        return self.message(text)


def _put(pattern, user, text):
    return re.sub(pattern, lambda _: user, text, flags=re.IGNORECASE)

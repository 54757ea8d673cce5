"""User's table names and where the tables are: what a run sees under a name, and what it did to it.

User code says `orders`, `sales.orders` or `main.sales.orders`; the engine's catalog has two levels, and a run works on versions of
tables. `Names` turns the one into the other at the moment a plan leaves, so a frame that is used later follows the mapping of the
run that uses it.
"""

import os
import re
import shutil
import threading

DEFAULT_NAMESPACE = ("main", "default")
_FORMATS = {
    "delta",
    "parquet",
    "csv",
    "json",
    "orc",
    "text",
    "avro",
    "xml",
    "binaryfile",
    "iceberg",
}
_FOREIGN = {"global_temp", "system", "session"}
_PART = re.compile(r"\s*(?:`((?:[^`]|``)*)`|([^`.\s]+))\s*(\.|$)")


def split_name(text):
    """The parts of a name as written, lower case, without back-quotes; () if it is none."""
    parts, at = [], 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            return ()
        quoted, plain, dot = match.groups()
        parts.append((plain if quoted is None else quoted.replace("``", "`")).lower())
        at = match.end()
        if not dot:
            return tuple(parts) if at == len(text) else ()
    return ()


def quote(*parts):
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


class Place:
    """Where a table is for this run. `ours`: the run may change it."""

    def __init__(self, told, ours):
        self.schema, self.table = told["physical"].split(".", 1)
        self.location = self.begun = told["location"]
        self.schema_location = told["schemaLocation"]
        self.ours = ours
        self.touched = self.elsewhere = False
        self.before = log_state(self.location) or log_state(self.managed)

    @property
    def physical(self):
        return f"{self.schema}.{self.table}"

    @property
    def quoted(self):
        return quote(self.schema, self.table)

    @property
    def managed(self):
        """Where Spark puts a table of this name that is made without a location."""
        return os.path.join(self.schema_location, self.table)

    def now(self):
        """The folder that holds the table, None if there is none."""
        for folder in (self.location, self.managed):
            if log_state(folder) is not None:
                return folder
        return None


class Names:
    """What names mean in the run that goes on. `engine`: runs SQL as it stands, answers nothing; `find`: the folder of a table that
    was made with a location of its own."""

    def __init__(self, engine, find):
        self.lock = threading.RLock()
        self.namespace = DEFAULT_NAMESPACE
        self.made_schemas = set()
        self.changes = 0
        self._engine, self._find = engine, find
        self._ask = None
        self._places = {}
        self._schemas = set()
        self._registered = {}
        self._spoken = {}

    def begin(self, ask, tables):
        """Before a run. `ask(table, write)` tells a TablePlace; `tables` has those that are known."""
        self._ask = ask
        self.changes += 1
        self._places = {name: Place(told, False) for name, told in tables.items()}

    def finish(self):
        """After a run: what became of the tables it touched."""
        touched = []
        for name, place in self._places.items():
            if not place.touched:
                continue
            if not place.ours:
                touched.append({"name": name, "written": False, "location": place.location})
                continue
            location = place.now()
            if location is None and place.elsewhere:
                location = self._find(place.quoted)
            written = location != place.begun or log_state(location) != place.before
            self._registered[place.physical] = location
            touched.append({"name": name, "written": written, "location": location})
        return touched

    def forget_engine(self):
        """A new engine knows no tables."""
        self._schemas.clear()
        self._registered.clear()
        self.changes += 1

    def full_name(self, parts, namespace=None):
        """`catalog.schema.table` of one to three parts."""
        return ".".join((*(namespace or self.namespace)[: 3 - len(parts)], *parts))

    def is_table(self, parts):
        """Whether a name can be one of our tables: not a path, not a thing of the engine's own."""
        if not 1 <= len(parts) <= 3:
            return False
        if len(parts) == 2 and parts[0] in _FORMATS and re.search(r"[/\\:]", parts[1]):
            return False
        return len(parts) == 1 or (parts[0] not in _FOREIGN and "information_schema" not in parts)

    def known(self):
        """What the host may use without asking: name → physical name, and whether the run may change it."""
        return {
            name: {"physical": place.physical, "write": place.ours}
            for name, place in self._places.items()
        }

    def place(self, name, write, told=None):
        """Where a table is, registered with the engine. The first write of a run asks the host for a version of its own."""
        with self.lock:
            place = self._places.get(name)
            if place is None or (write and not place.ours):
                if told is None:
                    told = self._ask(name, write)
                place = self._places[name] = Place(told, write)
                self.changes += 1
            place.touched = True
            self._spoken[place.physical] = name
            self._register(place)
            return place

    def physical(self, text, write, namespace=None):
        """The engine's name for a table as user code names it; the text itself if it is no table of ours."""
        parts = split_name(text)
        if not self.is_table(parts):
            return text
        return self.place(self.full_name(parts, namespace), write).quoted

    def tables_in(self, catalog, schema):
        return sorted(
            n.split(".", 2)[2] for n in self._places if n.startswith(f"{catalog}.{schema}.")
        )

    def schema_parts(self, parts):
        """Catalog and schema of a schema's name of up to two parts; the current ones for ()."""
        return (*self.namespace[: 2 - len(parts)], *parts)[:2]

    def knows_schema(self, catalog, schema):
        name = f"{catalog}.{schema}"
        if schema == "default" or name in self.made_schemas:
            return True
        return any(table.startswith(name + ".") for table in self._places)

    def made_elsewhere(self, name):
        """User code gives the table a location."""
        place = self._places.get(name)
        if place is not None:
            place.elsewhere = True

    def dropped(self, name):
        """After DROP TABLE: Spark leaves the files of a table that was registered with its folder."""
        place = self._places.get(name)
        if place is None or not place.ours:
            return
        for folder in (place.location, place.managed):
            if folder is not None and _inside(place.schema_location, folder):
                shutil.rmtree(folder, ignore_errors=True)
        place.elsewhere = False
        place.location = self._registered[place.physical] = None

    def speak(self, message):
        """The message with the user's names in it."""
        if not message or not self._spoken:
            return message
        for physical, name in self._spoken.items():
            schema, table = (re.escape(part) for part in physical.split(".", 1))
            catalog = r"(?:`?spark_catalog`?\.)?"
            quoted = quote(*name.split(".", 2))
            message = re.sub(
                rf"{catalog}`{schema}`\.`{table}`", lambda _: quoted, message, flags=re.I
            )
            message = re.sub(
                rf"{catalog}`?{schema}`?\.`?{table}`?(?![\w`])", lambda _: name, message, flags=re.I
            )
            parts = ", ".join(name.split(".", 2))
            message = re.sub(
                rf"\[(?:spark_catalog, )?{schema}, {table}\]",
                lambda _: f"[{parts}]",
                message,
                flags=re.I,
            )
        for physical, name in self._spoken.items():
            schema = re.escape(physical.split(".", 1)[0])
            user = quote(*name.split(".", 2)[:2])
            message = re.sub(
                rf"(?:`?spark_catalog`?\.)?`?{schema}`?", lambda _: user, message, flags=re.I
            )
        return message

    def _register(self, place):
        if place.schema not in self._schemas:
            self._engine(
                f"CREATE DATABASE IF NOT EXISTS {quote(place.schema)} LOCATION {_literal(place.schema_location)}"
            )
            self._schemas.add(place.schema)
        if self._registered.get(place.physical, "") == place.location:
            return
        if place.location is None:
            # Another engine, or another session of this one, may have dropped it.
            if place.ours and not os.path.exists(place.managed):
                self._engine(f"DROP TABLE IF EXISTS {place.quoted}")
        else:
            if place.physical in self._registered:
                self._engine(f"DROP TABLE IF EXISTS {place.quoted}")
            self._engine(
                f"CREATE TABLE IF NOT EXISTS {place.quoted} USING delta LOCATION {_literal(place.location)}"
            )
        self._registered[place.physical] = place.location


def log_state(folder):
    """What is newest in the Delta log of a folder, None if it has none. Another commit, another state."""
    if folder is None:
        return None
    try:
        names = os.listdir(os.path.join(folder, "_delta_log"))
    except OSError:
        return None
    commits = [
        name for name in names if re.fullmatch(r"\d{20}\.(json|checkpoint.*\.parquet)", name)
    ]
    if not commits:
        return None
    newest = max(commits, key=lambda name: (name[:20], name.endswith(".json")))
    found = os.stat(os.path.join(folder, "_delta_log", newest))
    return newest, found.st_mtime_ns, found.st_size


def _literal(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _inside(folder, path):
    folder, path = os.path.realpath(folder), os.path.realpath(path)
    return path.startswith(folder + os.sep)

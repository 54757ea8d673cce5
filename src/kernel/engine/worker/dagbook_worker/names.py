"""User's table names and where the tables are: what a run sees under a name, and what it did to it.

User code says `orders`, `sales.orders` or `main.sales.orders`; the engine's catalog has two levels, and a run works on versions of
tables. `Names` turns the one into the other at the moment a plan leaves, so a frame that is used later follows the mapping of the
run that uses it.
"""

import os
import re
import shutil
import threading

from .savedviews import read_view, view_state, write_view
from .spoken import Spoken, quote

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


class Place:
    """Where a table is for this run. `ours`: the run may change it; `view`: it is no table but this SavedView."""

    def __init__(self, told, ours):
        self.schema, self.table = told["physical"].split(".", 1)
        self.location = self.begun = told["location"]
        self.schema_location = told["schemaLocation"]
        self.ours = ours
        self.touched = self.elsewhere = False
        self.before = state_of(self.location) or state_of(self.managed)
        self.look_for_view()

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
            if state_of(folder) is not None:
                return folder
        return None

    def look_for_view(self):
        self.view = read_view(self.now())


class Names:
    """What names mean in the run that goes on. `engine`: runs SQL as it stands, answers nothing; `find`: the folder of a table that
    was made with a location of its own; `open_view`: what a SavedView is called in the engine."""

    def __init__(self, engine, find, open_view):
        self.lock = threading.RLock()
        self.namespace = DEFAULT_NAMESPACE
        self.made_schemas = set()
        self.changes = 0
        self._engine, self._find, self._open_view = engine, find, open_view
        self._ask = self._list = None
        self._places = {}
        self._schemas = set()
        self._registered = {}
        self.spoken = Spoken()

    def begin(self, ask, tables, listed):
        """Before a run. `ask(table, write)` tells a TablePlace; `tables` has those that are known; `listed()` names all there are."""
        self._ask, self._list = ask, listed
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
            if place.view is not None:
                # The engine's own view of this name was for the run's statements only.
                self._clear(place)
            location = place.now()
            if location is None and place.elsewhere:
                location = self._find(place.quoted)
            written = location != place.begun or state_of(location) != place.before
            if place.view is None:
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

    def known(self, words, made):
        """What the host may use without asking: name → physical name, and whether the run may change it. `words`: those of the
        statement; `made`: the view that it makes or drops, which goes by the name of a table."""
        return {
            name: {
                "physical": (
                    place.physical
                    if place.view is None or name == made or place.table not in words
                    else ".".join(self._open(name, place))
                ),
                "write": place.ours,
            }
            for name, place in list(self._places.items())
        }

    def _open(self, name, place):
        place.touched = True
        opened = self._open_view(place)
        self.spoken.add(".".join(opened), name)
        return opened

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
            self.spoken.add(place.physical, name)
            self._register(place)
            return place

    def physical(self, text, write, namespace=None):
        """The engine's name for a table as user code names it; the text itself if it is no table of ours."""
        parts = split_name(text)
        if not self.is_table(parts):
            return text
        name = self.full_name(parts, namespace)
        with self.lock:
            place = self.place(name, write)
            return quote(*self._open(name, place)) if place.view and not write else place.quoted

    def tables(self):
        """Every table that there is at the place of the cell, as (catalog, schema, name)."""
        there = set(self._list())
        for name, place in self._places.items():
            if place.elsewhere or place.now() is not None:
                there.add(name)
            else:
                there.discard(name)
        return {tuple(name.split(".", 2)) for name in there}

    def tables_in(self, catalog, schema):
        return sorted(n for c, s, n in self.tables() if (c, s) == (catalog, schema))

    def schemas(self, catalog):
        made = (name.split(".", 1) for name in self.made_schemas)
        found = {(c, s) for c, s, _ in self.tables()} | {tuple(name) for name in made}
        return sorted({"default"} | {s for c, s in found if c == catalog})

    def catalogs(self):
        found = {c for c, _, _ in self.tables()} | {n.split(".", 1)[0] for n in self.made_schemas}
        return sorted(found | {DEFAULT_NAMESPACE[0], self.namespace[0]})

    def is_view(self, name):
        """Whether a table that there is, is a view. It is looked at without being read."""
        place = self._places.get(name)
        if place is not None:
            return place.view is not None
        return read_view(self._ask(name, False)["location"]) is not None

    def information(self, queries, digest):
        """Makes the views of an `information_schema` in the engine: name → the engine's name."""
        schema = f"information_{digest}"
        if schema not in self._schemas:
            self._engine(f"CREATE DATABASE IF NOT EXISTS {quote(schema)}")
            for name, query in queries.items():
                self._engine(f"CREATE OR REPLACE VIEW {quote(schema, name)} AS {query}")
            self._schemas.add(schema)
        return {name: f"{schema}.{name}" for name in queries}

    def schema_parts(self, parts):
        """Catalog and schema of a schema's name of up to two parts; the current ones for ()."""
        return (*self.namespace[: 2 - len(parts)], *parts)[:2]

    def knows_schema(self, catalog, schema):
        return schema in self.schemas(catalog)

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
        place.location = self._registered[place.physical] = place.view = None
        self.changes += 1

    def save_view(self, name, view):
        """After CREATE VIEW or ALTER VIEW of a table of ours."""
        with self.lock:
            place = self._places[name]
            write_view(place.managed, view)
            place.location = place.managed
            place.look_for_view()
            self.changes += 1

    def _register(self, place):
        if place.schema not in self._schemas:
            self._engine(
                f"CREATE DATABASE IF NOT EXISTS {quote(place.schema)} LOCATION {_literal(place.schema_location)}"
            )
            self._schemas.add(place.schema)
        if place.view is not None:
            if place.ours:
                # For the statements that change it; who reads a view has it from `open_view`.
                self._clear(place)
                self._engine(
                    f"CREATE VIEW {place.quoted} AS SELECT raise_error('not read') AS value"
                )
            return
        if self._registered.get(place.physical, "") == place.location:
            return
        if place.location is None:
            # Another engine, or another session of this one, may have dropped it.
            if place.ours and not os.path.exists(place.managed):
                self._clear(place)
        else:
            if place.physical in self._registered:
                self._clear(place)
            self._engine(
                f"CREATE TABLE IF NOT EXISTS {place.quoted} USING delta LOCATION {_literal(place.location)}"
            )
        self._registered[place.physical] = place.location

    def _clear(self, place):
        """Takes the name from the engine, whatever it has of it."""
        try:
            self._engine(f"DROP VIEW IF EXISTS {place.quoted}")
        except Exception:
            # It is a table.
            self._engine(f"DROP TABLE IF EXISTS {place.quoted}")
            if place.view is not None and read_view(place.location) is None:
                write_view(place.location, place.view)
        self._registered.pop(place.physical, None)


def state_of(folder):
    """What changes with every change of the table or view in a folder, None if there is none."""
    return None if folder is None else view_state(folder) or log_state(folder)


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

"""Views that `CREATE VIEW` makes. In the project such a view is a folder like a table's, with its definition in the user's names, so it has
versions, is saved and thrown away as tables are. The engine gets it anew for every set of tables that a run sees behind it: under
a name of its own, because jobs and drafts share the engine.
"""

import contextlib
import hashlib
import json
import os

from .spoken import quote

FILE = "_view.json"


class SavedView:
    """`head`: what stands between the name and AS; `columns`: those of the query when it was made, None: as the query has them now."""

    def __init__(self, namespace, head, query, columns):
        self.namespace, self.head, self.query, self.columns = (
            tuple(namespace),
            head,
            query,
            columns,
        )

    def statement(self, name, query):
        """What makes it in the engine; `query`: its own with the engine's names."""
        if self.columns is not None:
            # A column that its table gets later is none of the view's.
            columns = ", ".join(quote(column) for column in self.columns)
            query = f"SELECT {columns} FROM (\n{query}\n)"
        return f"CREATE OR REPLACE VIEW {name} {self.head} AS\n{query}"

    def told(self, name):
        """The statement that made it, as SHOW CREATE TABLE says it."""
        return "\n".join(
            part for part in (f"CREATE VIEW {name}", self.head, "AS", self.query) if part
        )


def read_view(folder):
    """The view that a folder holds, None if it holds none."""
    if folder is None:
        return None
    try:
        with open(os.path.join(folder, FILE), encoding="utf-8") as opened:
            told = json.load(opened)
    except (OSError, ValueError):
        return None
    return SavedView(told["namespace"], told["head"], told["query"], told["columns"])


def write_view(folder, view):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, FILE)
    told = {
        "namespace": view.namespace,
        "head": view.head,
        "query": view.query,
        "columns": view.columns,
    }
    # Never written over: versions share files.
    with open(path + ".new", "w", encoding="utf-8") as opened:
        json.dump(told, opened, indent=1)
    os.replace(path + ".new", path)


def view_state(folder):
    """Another definition, another state; None: no view."""
    try:
        found = os.stat(os.path.join(folder, FILE))
    except OSError:
        return None
    return FILE, found.st_mtime_ns, found.st_ino


class SavedViews:
    """`rewrite(text, namespace)` gives the query with the engine's names, `engine` runs SQL as it stands, and `rows` gives the rows of
    such SQL."""

    def __init__(self, engine, rows, rewrite):
        self._engine, self._rows, self._rewrite = engine, rows, rewrite
        self._made = set()
        self._making = []

    def forget_engine(self):
        self._made.clear()

    def open(self, place):
        """Schema and name of a view in the engine that shows what the view at the place shows in this run."""
        with self.making(place):
            query = self._rewrite(place.view.query, place.view.namespace)
        text = place.view.statement("", query)
        schema = "view_" + hashlib.sha256(f"{place.table} {text}".encode()).hexdigest()[:16]
        if (schema, place.table) not in self._made:
            self._engine(f"CREATE DATABASE IF NOT EXISTS {quote(schema)}")
            self._engine(place.view.statement(quote(schema, place.table), query))
            self._made.add((schema, place.table))
        return schema, place.table

    @contextlib.contextmanager
    def making(self, place):
        """While what the view at the place reads is looked up: it cannot be itself."""
        if place.physical in self._making:
            raise RecursiveView(f"The view {place.table} reads itself.")
        self._making.append(place.physical)
        try:
            yield
        finally:
            self._making.pop()

    def columns(self, quoted):
        """The columns of the query of a view of the engine; None where the view follows its tables."""
        told = json.loads(self._rows(f"DESCRIBE EXTENDED {quoted} AS JSON")[0][0])
        columns = told.get("view_query_output_columns")
        follows = "EVOLUTION" in str(told.get("view_schema_mode", "")).upper()
        return None if follows or not columns or len(set(columns)) < len(columns) else columns


class RecursiveView(Exception):
    """A view that, perhaps through others, reads itself."""

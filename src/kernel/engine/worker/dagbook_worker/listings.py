"""What SHOW TABLES, `spark.catalog` and `information_schema` tell, as queries that need no catalog: the tables of the place of the
cell, under the user's names.
"""

import hashlib
import re

from .spoken import quote


class Listings:
    def __init__(self, names, views):
        self._names, self._views = names, views

    def shown(self, what, parts, pattern):
        """The answer to `SHOW what IN parts LIKE pattern`."""
        names = self._names
        if what == "CATALOGS":
            rows = [(catalog,) for catalog in names.catalogs()]
            return _query(["catalog"], _matching(rows, 0, pattern))
        if what in ("SCHEMAS", "DATABASES", "NAMESPACES"):
            catalog = parts[0] if parts else names.namespace[0]
            rows = [(schema,) for schema in names.schemas(catalog)]
            return _query(["databaseName"], _matching(rows, 0, pattern))
        catalog, schema = names.schema_parts(parts)
        only_views = what == "VIEWS"
        rows = [
            (schema, table, False)
            for table in names.tables_in(catalog, schema)
            if not only_views or names.is_view(f"{catalog}.{schema}.{table}")
        ]
        rows += [("", view, True) for view in sorted(self._views.snapshot())]
        columns = [
            "namespace" if only_views else "database",
            "viewName" if only_views else "tableName",
        ]
        return _query([*columns, "isTemporary"], _matching(rows, 1, pattern))

    def tables(self, parts, pattern):
        """`spark.catalog.listTables`."""
        catalog, schema = self._names.schema_parts(parts)
        rows = [
            self._table(catalog, schema, name) for name in self._names.tables_in(catalog, schema)
        ]
        rows += [
            (view, None, [], None, "TEMPORARY", True) for view in sorted(self._views.snapshot())
        ]
        return _query(_TABLE, _matching(rows, 0, pattern))

    def table(self, full):
        """`spark.catalog.getTable`, None: there is no such table."""
        catalog, schema, name = full.split(".", 2)
        if name not in self._names.tables_in(catalog, schema):
            return None
        return _query(_TABLE, [self._table(catalog, schema, name)])

    def catalogs(self, pattern):
        rows = [(catalog, None) for catalog in self._names.catalogs()]
        return _query(["name", "description"], _matching(rows, 0, pattern))

    def schemas(self, pattern):
        catalog = self._names.namespace[0]
        rows = [(schema, catalog, None, None) for schema in self._names.schemas(catalog)]
        return _query(_SCHEMA, _matching(rows, 0, pattern))

    def schema(self, parts):
        """`spark.catalog.getDatabase`, None: there is none."""
        if not self._names.knows_schema(*parts):
            return None
        return _query(_SCHEMA, [(parts[1], parts[0], None, None)])

    def described_schema(self, parts):
        rows = [("Catalog Name", parts[0]), ("Namespace Name", parts[1])]
        return _query(["database_description_item", "database_description_value"], rows)

    def information(self, catalog):
        """The views of `information_schema` of a catalog (`system`: of all), with a digest of them: name → query."""
        names = self._names
        catalogs = names.catalogs() if catalog == "system" else [catalog]
        every = sorted(table for table in names.tables() if table[0] in catalogs)
        kinds = [names.is_view(".".join(table)) for table in every]
        tables = [
            (*table, "VIEW" if view else "MANAGED", None if view else "DELTA")
            for table, view in zip(every, kinds)
        ]
        views = [table for table, view in zip(every, kinds) if view]
        place = ["table_catalog", "table_schema", "table_name"]
        queries = {
            "tables": _query([*place, "table_type", "data_source_format"], tables),
            "views": _query(place, views),
            "schemata": _query(
                ["catalog_name", "schema_name"],
                [(each, schema) for each in catalogs for schema in names.schemas(each)],
            ),
        }
        return queries, hashlib.sha256(repr(queries).encode()).hexdigest()[:16]

    def _table(self, catalog, schema, name):
        kind = "VIEW" if self._names.is_view(f"{catalog}.{schema}.{name}") else "MANAGED"
        return name, catalog, [schema], None, kind, False


def made_by(name, schema, detail):
    """A `CREATE TABLE` for a Delta table; `detail`: the row of DESCRIBE DETAIL."""
    columns = []
    for field in schema.fields:
        kind = field.dataType.simpleString()
        parts = [quote(field.name), kind if "<" in kind else kind.upper()]
        parts += [] if field.nullable else ["NOT NULL"]
        comment = (field.metadata or {}).get("comment")
        columns.append(" ".join(parts + ([f"COMMENT {_literal(comment)}"] if comment else [])))
    lines = [f"CREATE TABLE {name} (", "  " + ",\n  ".join(columns) + ")", "USING delta"]
    for words, keys in (
        ("PARTITIONED BY", detail.partitionColumns),
        ("CLUSTER BY", getattr(detail, "clusteringColumns", None)),
    ):
        if keys:
            lines.append(f"{words} ({', '.join(map(quote, keys))})")
    if detail.description:
        lines.append(f"COMMENT {_literal(detail.description)}")
    if detail.properties:
        pairs = (f"{_literal(k)} = {_literal(v)}" for k, v in sorted(detail.properties.items()))
        lines.append(f"TBLPROPERTIES ({', '.join(pairs)})")
    return "\n".join(lines)


_TABLE = ["name", "catalog", "namespace", "description", "tableType", "isTemporary"]
_SCHEMA = ["name", "catalog", "description", "locationUri"]


def _query(columns, rows):
    """A query that answers the rows. Without rows it still tells the types."""
    types = {
        "isTemporary": "BOOLEAN",
        "namespace": "ARRAY<STRING>" if columns is _TABLE else "STRING",
    }
    named = ", ".join(f"CAST(`{c}` AS {types.get(c, 'STRING')}) AS `{c}`" for c in columns)
    values = [f"({', '.join(map(_literal, row))})" for row in rows]
    empty = f"({', '.join('NULL' for _ in columns)})"
    heads = ", ".join(f"`{column}`" for column in columns)
    limit = "" if rows else " LIMIT 0"
    return f"SELECT {named} FROM VALUES {', '.join(values or [empty])} AS t({heads}){limit}"


def _literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return (
            f"array({', '.join(map(_literal, value))})"
            if value
            else "CAST(array() AS ARRAY<STRING>)"
        )
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _matching(rows, column, pattern):
    """The rows whose name fits the pattern, where `*` is any text and `|` parts patterns."""
    if not pattern:
        return rows
    parts = [each.strip() for each in pattern.split("|")]
    tests = [
        re.compile("".join(".*" if c == "*" else re.escape(c) for c in part), re.IGNORECASE)
        for part in parts
    ]
    return [row for row in rows if any(test.fullmatch(row[column]) for test in tests)]

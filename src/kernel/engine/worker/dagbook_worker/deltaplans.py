"""What Python's DeltaTable asks for, as plans that Spark Connect knows: a scan is a table, most operations are statements of SQL. Only
`delete`, `update` and `merge`, whose conditions are no text, stay as they are, for the server's own `DeltaChanges`.
"""

import os
import re
from urllib.parse import urlparse

from .spoken import quote

_PARQUET = re.compile(r"parquet\s*\.\s*`([^`]+)`", re.IGNORECASE)


class DeltaPlans:
    """Loads Delta's messages when there is one to read."""

    def is_delta(self, extension):
        return "/delta.connect.Delta" in extension.type_url

    def relation(self, relation):
        """Translates a relation in place. Gives what is left to do: for a change of rows, which stays as it is, its DeltaRelation; for
        a conversion the statement that has to run first.
        """
        from delta.connect import proto

        delta = proto.DeltaRelation()
        relation.extension.Unpack(delta)
        kind = delta.WhichOneof("relation_type")
        told = getattr(delta, kind)
        if kind in ("delete_from_table", "update_table", "merge_into_table"):
            self._plain_target(told.target)
            return delta, None
        if kind == "scan":
            relation.read.named_table.unparsed_identifier = _name(told.table)
        elif kind == "is_delta_table":
            there = os.path.isdir(os.path.join(_folder(told.path), "_delta_log"))
            relation.sql.query = f"SELECT {str(there).lower()} AS value"
        elif kind == "convert_to_delta":
            path = _PARQUET.fullmatch(told.identifier.strip())
            if path is not None:
                told.identifier = f"parquet.{quote(_absolute(path.group(1)))}"
            relation.sql.query = f"SELECT {_text(re.sub('^parquet[.]', 'delta.', told.identifier))}"
            return None, _convert(told)
        else:
            relation.sql.query = _STATEMENTS[kind](told)
        return None, None

    def command(self, command):
        """Translates a command in place."""
        from delta.connect import proto

        delta = proto.DeltaCommand()
        command.extension.Unpack(delta)
        kind = delta.WhichOneof("command_type")
        command.sql_command.input.sql.query = _STATEMENTS[kind](getattr(delta, kind))

    def _plain_target(self, target):
        """The scan in a target, perhaps below an alias, as a plain table."""
        while target.WhichOneof("rel_type") == "subquery_alias":
            target = target.subquery_alias.input
        if target.WhichOneof("rel_type") == "extension":
            self.relation(target)


def target_table(target):
    """The named table that a change of rows changes, None if it is something else."""
    while target.WhichOneof("rel_type") == "subquery_alias":
        target = target.subquery_alias.input
    named = target.WhichOneof("rel_type") == "read" and target.read.HasField("named_table")
    return target.read.named_table if named else None


def _name(table):
    if table.WhichOneof("access_type") == "table_or_view_name":
        return table.table_or_view_name
    return f"delta.{quote(_absolute(table.path.path))}"


def _absolute(path):
    return path if urlparse(path).scheme else os.path.abspath(path)


def _folder(path):
    return os.path.abspath(path[len("file:") :] if path.startswith("file:") else path)


def _text(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _version(told):
    kind = told.WhichOneof("version_or_timestamp")
    if kind is None:
        return ""
    value = getattr(told, kind)
    return f"VERSION AS OF {value}" if kind == "version" else f"TIMESTAMP AS OF {_text(value)}"


def _properties(properties):
    pairs = ", ".join(f"{_text(key)} = {_text(value)}" for key, value in sorted(properties.items()))
    return f" TBLPROPERTIES ({pairs})" if pairs else ""


def _convert(told):
    kind, schema = told.WhichOneof("partition_schema"), ""
    if kind == "partition_schema_string":
        schema = f" PARTITIONED BY ({told.partition_schema_string})"
    elif kind == "partition_schema_struct":
        columns = (
            f"{quote(f.name)} {_type(f.data_type)}"
            for f in told.partition_schema_struct.struct.fields
        )
        schema = f" PARTITIONED BY ({', '.join(columns)})"
    return f"CONVERT TO DELTA {told.identifier}{schema}"


def _optimize(told):
    where = " AND ".join(f"({each})" for each in told.partition_filters)
    order = ", ".join(told.zorder_columns)
    return (
        f"OPTIMIZE {_name(told.table)}"
        + (f" WHERE {where}" if where else "")
        + (f" ZORDER BY ({order})" if order else "")
    )


def _clone(told):
    version = _version(told)
    return (
        f"CREATE {'OR REPLACE ' if told.replace else ''}TABLE {told.target} "
        f"{'SHALLOW ' if told.is_shallow else ''}CLONE {_name(told.table)}"
        + (f" {version}" if version else "")
        + _properties(told.properties)
    )


def _vacuum(told):
    hours = f" RETAIN {told.retention_hours:g} HOURS" if told.HasField("retention_hours") else ""
    return f"VACUUM {_name(told.table)}{hours}"


def _upgrade(told):
    versions = {
        "delta.minReaderVersion": str(told.reader_version),
        "delta.minWriterVersion": str(told.writer_version),
    }
    return f"ALTER TABLE {_name(told.table)} SET{_properties(versions)}"


def _drop_feature(told):
    history = " TRUNCATE HISTORY" if told.truncate_history else ""
    return f"ALTER TABLE {_name(told.table)} DROP FEATURE {told.feature_name}{history}"


_MODES = {
    1: "CREATE TABLE",
    2: "CREATE TABLE IF NOT EXISTS",
    3: "REPLACE TABLE",
    4: "CREATE OR REPLACE TABLE",
}


def _create(told):
    name = (
        told.table_name
        if told.HasField("table_name")
        else f"delta.{quote(_absolute(told.location))}"
    )
    columns = ", ".join(map(_column, told.columns))
    parts = [_MODES[told.mode], name, f"({columns})" if columns else "", "USING delta"]
    if told.partitioning_columns:
        parts.append(f"PARTITIONED BY ({', '.join(map(quote, told.partitioning_columns))})")
    if told.clustering_columns:
        parts.append(f"CLUSTER BY ({', '.join(map(quote, told.clustering_columns))})")
    if told.HasField("location") and told.HasField("table_name"):
        parts.append(f"LOCATION {_text(_absolute(told.location))}")
    if told.HasField("comment"):
        parts.append(f"COMMENT {_text(told.comment)}")
    return " ".join(part for part in parts if part) + _properties(told.properties)


def _column(told):
    parts = [quote(told.name), _type(told.data_type)]
    if not told.nullable:
        parts.append("NOT NULL")
    if told.HasField("generated_always_as"):
        parts.append(f"GENERATED ALWAYS AS ({told.generated_always_as})")
    if told.HasField("identity_info"):
        identity = told.identity_info
        how = "BY DEFAULT" if identity.allow_explicit_insert else "ALWAYS"
        parts.append(
            f"GENERATED {how} AS IDENTITY (START WITH {identity.start} INCREMENT BY {identity.step})"
        )
    if told.HasField("comment"):
        parts.append(f"COMMENT {_text(told.comment)}")
    return " ".join(parts)


def _type(told):
    if told.WhichOneof("kind") == "unparsed":
        return told.unparsed.data_type_string
    from pyspark.sql.connect.types import proto_schema_to_pyspark_data_type

    return proto_schema_to_pyspark_data_type(told).simpleString()


_STATEMENTS = {
    "describe_history": lambda told: f"DESCRIBE HISTORY {_name(told.table)}",
    "describe_detail": lambda told: f"DESCRIBE DETAIL {_name(told.table)}",
    "restore_table": lambda told: f"RESTORE TABLE {_name(told.table)} TO {_version(told)}",
    "optimize_table": _optimize,
    "clone_table": _clone,
    "vacuum_table": _vacuum,
    "upgrade_table_protocol": _upgrade,
    "generate": lambda told: f"GENERATE {told.mode} FOR TABLE {_name(told.table)}",
    "create_delta_table": _create,
    "add_feature_support": lambda told: (
        f"ALTER TABLE {_name(told.table)} SET"
        + _properties({f"delta.feature.{told.feature_name}": "supported"})
    ),
    "drop_feature_support": _drop_feature,
}

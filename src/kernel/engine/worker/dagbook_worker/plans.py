"""Maps the names in a plan on its way to the engine: the messages of Spark Connect that name tables and views."""

from google.protobuf.descriptor import FieldDescriptor

from . import sqltext
from .names import split_name
from .views import FrameView, SqlView

_LEAVES = {
    "spark.connect.LocalRelation",
    "spark.connect.CachedLocalRelation",
    "spark.connect.DataType",
    "spark.connect.Expression.Literal",
    "spark.connect.CommonInlineUserDefinedFunction",
}
_WRITES = {
    "spark.connect.WriteOperation.SaveTable": "table_name",
    "spark.connect.WriteOperationV2": "table_name",
    "spark.connect.WriteStreamOperationStart": "table_name",
    "spark.connect.MergeIntoTableCommand": "target_table_name",
}
_NAMING = {
    *_WRITES,
    "spark.connect.Read.NamedTable",
    "spark.connect.SQL",
    "spark.connect.CreateDataFrameViewCommand",
    "spark.connect.Catalog",
}
# A statement that changes nothing and answers nothing, for one that only means something to us.
_NOTHING = "USE spark_catalog.default"


class Mapped:
    """A plan on its way: what to do when it went well (`done`) or failed (`undo`), and the query that `spark.sql` was given."""

    def __init__(self):
        self.done, self.undo, self.query = [], [], None


class Plans:
    """`rewrite(text, namespace, local)`: the SQL with the engine's names; `local`: names that are no tables."""

    def __init__(self, names, views, rewrite):
        self._names, self._views, self._rewrite = names, views, rewrite

    def map(self, request):
        """A copy of the request with the engine's names, and its Mapped; the request itself where it names nothing."""
        if not _names_something(request):
            return request, None
        copy = type(request)()
        copy.CopyFrom(request)
        mapped = Mapped()
        if copy.DESCRIPTOR.name == "ExecutePlanRequest" and copy.plan.command.HasField(
            "sql_command"
        ):
            command = copy.plan.command.sql_command
            if command.HasField("input"):
                mapped.query = type(command.input)()
                mapped.query.CopyFrom(command.input)
            self._walk(command, _Scope(mapped, self._names.namespace, command=True))
        else:
            self._walk(copy, _Scope(mapped, self._names.namespace))
        return copy, mapped

    def make_view(self, name, definition, execute_sql, execute_view):
        """A view for this run: its signature, and what creates it."""
        mapped = Mapped()
        if isinstance(definition, SqlView):
            text = self._sql(
                definition.statement, _Scope(mapped, definition.namespace, local={name})
            )
            return text, lambda: execute_sql(text)
        plan = type(definition.plan)()
        plan.CopyFrom(definition.plan)
        self._walk(plan, _Scope(mapped, definition.namespace))
        return plan.SerializeToString(deterministic=True), lambda: execute_view(name, plan)

    def _walk(self, message, scope):
        kind = message.DESCRIPTOR.full_name
        if kind in _LEAVES:
            return
        if kind == "spark.connect.Read.NamedTable":
            message.unparsed_identifier = self._table(message.unparsed_identifier, False, scope)
        elif kind in _WRITES:
            field = _WRITES[kind]
            if getattr(message, field):
                setattr(message, field, self._table(getattr(message, field), True, scope))
        elif kind == "spark.connect.WriteOperation" and message.HasField("table"):
            self._check_format(message, scope)
        elif kind == "spark.connect.SQL":
            text = self._meaning(message.query, scope) if scope.command else None
            if text is None:
                text = self._sql(message.query, scope)
            else:
                scope.mapped.query = None
            message.query = text
        elif kind == "spark.connect.CreateDataFrameViewCommand":
            self._frame_view(message, scope)
            return
        elif kind == "spark.connect.Relation" and message.WhichOneof("rel_type") == "catalog":
            self._catalog(message, scope)
            return
        elif kind == "spark.connect.WithRelations":
            aliases = [
                ref.subquery_alias.alias
                for ref in message.references
                if ref.HasField("subquery_alias")
            ]
            self._walk(message.root, scope.within(aliases))
            for reference in message.references:
                self._walk(reference, scope.inside())
            return
        inner = (
            scope
            if kind in ("spark.connect.SqlCommand", "spark.connect.Relation")
            else scope.inside()
        )
        for child in _children(message):
            self._walk(child, inner)

    def _table(self, text, write, scope):
        parts = split_name(text)
        if len(parts) == 1:
            self._views.ensure(parts[0])
            if not write and (self._views.visible(parts[0]) or parts[0] in scope.local):
                return text
        return self._names.physical(text, write, scope.namespace)

    def _sql(self, text, scope):
        views = self._views.names() & sqltext.words(text)
        for name in sorted(views):
            if name not in scope.local:
                self._views.ensure(name)
        local = {name for name in views if self._views.visible(name)} | set(scope.local)
        return self._rewrite(text, scope.namespace, sorted(local))

    def _meaning(self, text, scope):
        """What to send for a statement that has a meaning to us; None: the rewritten statement."""
        mapped, names, views = scope.mapped, self._names, self._views
        namespace = sqltext.used_namespace(text, names.namespace)
        if namespace is not None:
            mapped.done.append(lambda: setattr(names, "namespace", namespace))
            return _NOTHING
        made = sqltext.made_schema(text)
        if made:
            names.made_schemas.add(".".join(names.schema_parts(made)))
            return _NOTHING
        if sqltext.drops_schema(text):
            raise NotHere("DROP SCHEMA does not work here yet. Drop its tables one by one.")
        shown = sqltext.shown_tables(text)
        if shown is not None:
            return self._tables_query(names.schema_parts(shown), wide=False)
        made = sqltext.temp_view(text)
        if made is not None and not made.shared:
            definition = SqlView(made.again, names.namespace)
            sent = self._sql(text, scope.within([made.name]))
            signature = self._sql(made.again, scope.within([made.name]))
            mapped.undo.append(views.define(made.name, definition, signature))
            return sent
        dropped = sqltext.dropped_view(text)
        if len(dropped) == 1 and dropped[0] in views.names():
            views.drop(dropped[0])
            return text
        made, kind, located = sqltext.made_table(text)
        if made and kind not in ("", "delta") and not located:
            raise NotHere(f"Tables are Delta here, not {kind}. Leave USING {kind} out.")
        if made and located:
            full = names.full_name(made, scope.namespace)
            mapped.done.append(lambda: names.made_elsewhere(full))
        dropped = sqltext.dropped_table(text)
        if names.is_table(dropped):
            full = names.full_name(dropped, scope.namespace)
            mapped.done.append(lambda: names.dropped(full))
        return None

    def _check_format(self, message, scope):
        located = "path" in message.options
        if message.HasField("source") and message.source.lower() != "delta" and not located:
            raise NotHere(f"Tables are Delta here, not {message.source}. Leave the format out.")
        if located:
            name = self._names.full_name(split_name(message.table.table_name), scope.namespace)
            scope.mapped.done.append(lambda: self._names.made_elsewhere(name))

    def _frame_view(self, message, scope):
        name = split_name(message.name)[-1]
        if message.is_global:
            self._walk(message.input, scope.inside())
            return
        plan = type(message.input)()
        plan.CopyFrom(message.input)
        above = self._views.snapshot()
        self._walk(message.input, scope.inside())
        signature = message.input.SerializeToString(deterministic=True)
        definition = FrameView(plan, self._names.namespace, above)
        scope.mapped.undo.append(self._views.define(name, definition, signature))

    def _catalog(self, relation, scope):
        """`spark.catalog.…`: what concerns one table is mapped, what concerns namespaces is answered from what we know."""
        names, catalog = self._names, relation.catalog
        kind = catalog.WhichOneof("cat_type")
        call = getattr(catalog, kind)
        if kind in ("current_database", "current_catalog"):
            relation.sql.query = f"SELECT {_text(names.namespace[kind == 'current_database'])}"
        elif kind == "set_current_database":
            names.namespace = names.schema_parts(split_name(call.db_name))
            relation.sql.query = "SELECT 1"
        elif kind == "set_current_catalog":
            names.namespace = (call.catalog_name.lower(), "default")
            relation.sql.query = "SELECT 1"
        elif kind == "list_tables":
            parts = names.schema_parts(split_name(call.db_name))
            relation.sql.query = self._tables_query(parts, wide=True)
        elif kind == "database_exists":
            parts = names.schema_parts(split_name(call.db_name))
            relation.sql.query = f"SELECT {'true' if names.knows_schema(*parts) else 'false'}"
        elif kind == "drop_temp_view":
            self._views.drop(call.view_name.lower())
        elif "table_name" in call.DESCRIPTOR.fields_by_name:
            name = call.table_name
            if call.DESCRIPTOR.fields_by_name.get("db_name") is not None and call.HasField(
                "db_name"
            ):
                name = f"{call.db_name}.{name}"
                call.ClearField("db_name")
            write = kind in ("create_table", "create_external_table", "recover_partitions")
            call.table_name = self._table(name, write, scope)

    def _tables_query(self, parts, wide):
        """A query that lists the tables of a schema, as SHOW TABLES or as the catalog does."""
        rows = [(table, False) for table in self._names.tables_in(*parts)]
        rows += [(view, True) for view in sorted(self._views.snapshot())]
        catalog, schema = map(_text, parts)
        if wide:
            columns = "name, catalog, namespace, description, tableType, isTemporary"
            cells = [
                (
                    f"({_text(n)}, NULL, NULL, NULL, 'TEMPORARY', true)"
                    if temporary
                    else f"({_text(n)}, {catalog}, array({schema}), NULL, 'MANAGED', false)"
                )
                for n, temporary in rows
            ]
            empty = "('', '', array(''), '', '', false)"
        else:
            columns = "database, tableName, isTemporary"
            cells = [
                f"({chr(39) * 2 if t else schema}, {_text(n)}, {str(t).lower()})" for n, t in rows
            ]
            empty = "('', '', false)"
        values = ", ".join([*cells, empty])
        name = "name" if wide else "tableName"
        return f"SELECT * FROM VALUES {values} AS t({columns}) WHERE {name} <> ''"


class NotHere(Exception):
    """Something that this engine does not do."""


class _Scope:
    """Where the walk is: `local` names are no tables; `command`: the SQL at the top is being run, not used in a query."""

    def __init__(self, mapped, namespace, local=frozenset(), command=False):
        self.mapped, self.namespace, self.local, self.command = (
            mapped,
            namespace,
            frozenset(local),
            command,
        )

    def within(self, local):
        lower = {name.lower() for name in local}
        return _Scope(self.mapped, self.namespace, self.local | lower, self.command)

    def inside(self):
        return _Scope(self.mapped, self.namespace, self.local) if self.command else self


def _children(message):
    for field, value in message.ListFields():
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].type == FieldDescriptor.TYPE_MESSAGE:
                yield from value.values()
        elif hasattr(value, "DESCRIPTOR"):
            yield value
        else:
            yield from value


def _names_something(message):
    kind = message.DESCRIPTOR.full_name
    if kind in _NAMING:
        return True
    return kind not in _LEAVES and any(_names_something(child) for child in _children(message))


def _text(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

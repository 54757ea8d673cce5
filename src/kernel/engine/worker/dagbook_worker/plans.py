"""Maps the names in a plan on its way to the engine: the messages of Spark Connect that name tables and views."""

from google.protobuf.descriptor import FieldDescriptor

from . import sqltext
from .deltaplans import DeltaPlans, target_table
from .listings import Listings
from .names import split_name
from .savedviews import SavedView
from .spoken import quote
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
    """A plan on its way: what to do when it went well (`done`) or failed (`undo`), the query that `spark.sql` was given, and whether
    what it answers `names` tables."""

    def __init__(self):
        self.done, self.undo, self.query, self.names = [], [], None, False


class Plans:
    """`rewrite(text, namespace, local, made, more)`: the SQL with the engine's names; `local`: names that are no tables; `made`: the
    view that the statement makes or drops; `more`: name → the engine's name of what no host knows. `made_by(name, quoted)`: a
    statement that makes a table; `run(text)`: runs SQL as it stands."""

    def __init__(self, names, views, saved_views, rewrite, made_by, run):
        self._names, self._views, self._saved_views = names, views, saved_views
        self._rewrite, self._made_by, self._run = rewrite, made_by, run
        self._listings = Listings(names, views)
        self._delta = DeltaPlans()

    def map(self, request):
        """A copy of the request with the engine's names, and its Mapped; the request itself where it names nothing."""
        if not _names_something(request):
            return request, None
        copy = type(request)()
        copy.CopyFrom(request)
        mapped = Mapped()
        executed = copy.DESCRIPTOR.name == "ExecutePlanRequest"
        if executed and self._is_delta(copy.plan.command, "command_type"):
            self._delta.command(copy.plan.command)
        if executed and copy.plan.command.HasField("sql_command"):
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
        elif kind == "spark.connect.Relation" and self._is_delta(message, "rel_type"):
            change, first = self._delta.relation(message)
            if change is not None:
                self._change_rows(change, scope.inside())
                message.extension.Pack(change)
                return
            if first is not None:
                self._run(self._sql(first, scope.inside()))
            scope.mapped.names = message.sql.query.startswith("DESCRIBE DETAIL ")
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

    def _change_rows(self, change, scope):
        """Maps the names in a `delete`, `update` or `merge` of a DeltaTable."""
        told = getattr(change, change.WhichOneof("relation_type"))
        table = target_table(told.target)
        if table is not None:
            name = table.unparsed_identifier
            table.unparsed_identifier = self._table(name, True, scope)
            parts = split_name(name)
            if self._names.is_table(parts):
                full = self._names.full_name(parts, scope.namespace)
                if self._names.is_view(full):
                    raise NotHere(f"{full} is a view. Change the rows of its table.")
        for field, value in told.ListFields():
            if field.type != FieldDescriptor.TYPE_MESSAGE or (
                field.name == "target" and table is not None
            ):
                continue
            for child in [value] if hasattr(value, "DESCRIPTOR") else value:
                self._walk(child, scope)

    def _is_delta(self, message, oneof):
        return message.WhichOneof(oneof) == "extension" and self._delta.is_delta(message.extension)

    def _table(self, text, write, scope):
        parts = split_name(text)
        if len(parts) == 1:
            self._views.ensure(parts[0])
            if not write and (self._views.visible(parts[0]) or parts[0] in scope.local):
                return text
        if "information_schema" in parts[:-1]:
            return self._information(parts, scope) or text
        return self._names.physical(text, write, scope.namespace)

    def _sql(self, text, scope, made=None):
        views = self._views.names() & sqltext.words(text)
        for name in sorted(views):
            if name not in scope.local:
                self._views.ensure(name)
        local = {name for name in views if self._views.visible(name)} | set(scope.local)
        return self._rewrite(
            text, scope.namespace, sorted(local), made, self._informed(text, scope)
        )

    def _informed(self, text, scope):
        """The views of `information_schema` that a statement may name: name → the engine's name."""
        words = sqltext.words(text)
        if "information_schema" not in words:
            return {}
        informed = {}
        for catalog in {scope.namespace[0]} | ({*self._names.catalogs(), "system"} & words):
            made = self._names.information(*self._listings.information(catalog))
            informed.update({f"{catalog}.information_schema.{n}": p for n, p in made.items()})
        return informed

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
        shown = sqltext.shown(text)
        if shown is not None:
            return self._listings.shown(*shown)
        described = sqltext.described_schema(text)
        if described and names.knows_schema(*names.schema_parts(described)):
            return self._listings.described_schema(names.schema_parts(described))
        shown = sqltext.shown_statement(text)
        if names.is_table(shown) and not (len(shown) == 1 and views.visible(shown[0])):
            name = names.full_name(shown, scope.namespace)
            place = names.place(name, False)
            if place.now() is not None:
                told = (
                    self._made_by(name, place.quoted)
                    if place.view is None
                    else place.view.told(name)
                )
                return f"SELECT {_text(told)} AS createtab_stmt"
        mapped.names = sqltext.answers_names(text)
        made = sqltext.saved_view(text)
        if made is not None:
            return self._saved_view(text, made, scope)
        if sqltext.renames_view(text):
            raise NotHere(
                "ALTER VIEW … RENAME does not work here yet. Make the view anew under its name."
            )
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
        if names.is_table(dropped):
            full = names.full_name(dropped, scope.namespace)
            names.place(full, True)
            mapped.done.append(lambda: names.dropped(full))
            return self._sql(text, scope, full)
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

    def _saved_view(self, text, made, scope):
        """The statement that makes a view which lasts, to be run as it is; when it went well its definition is kept."""
        names = self._names
        if not names.is_table(made.parts):
            return None
        name = names.full_name(made.parts, scope.namespace)
        place = names.place(name, True)
        before = place.view
        if len(made.parts) == 1 and self._views.visible(made.parts[0]):
            start, end = made.span
            text = text[:start] + quote(*name.split(".", 2)) + text[end:]
        with self._saved_views.making(place):
            sent = self._sql(text, scope, name)

        def keep():
            if made.keeps and before is not None:
                return
            head = made.head
            if head is None:
                head = "" if before is None else sqltext.without_columns(before.head)
            columns = self._saved_views.columns(place.quoted)
            names.save_view(name, SavedView(scope.namespace, head, made.query, columns))

        scope.mapped.done.append(keep)
        return sent

    def _information(self, parts, scope):
        """What a view of `information_schema` is called in the engine, None: there is none of this name here."""
        catalog = parts[0] if len(parts) == 3 else scope.namespace[0]
        made = self._names.information(*self._listings.information(catalog)).get(parts[-1])
        return made and quote(*made.split("."))

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
            parts = split_name(call.db_name) if call.HasField("db_name") else ()
            relation.sql.query = self._listings.tables(parts, call.pattern)
        elif kind == "list_databases":
            relation.sql.query = self._listings.schemas(call.pattern)
        elif kind == "list_catalogs":
            relation.sql.query = self._listings.catalogs(call.pattern)
        elif kind == "get_database":
            parts = names.schema_parts(split_name(call.db_name))
            told = self._listings.schema(parts)
            if told is not None:
                relation.sql.query = told
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
            parts = split_name(name)
            temporary = len(parts) == 1 and self._views.visible(parts[0])
            if kind == "get_table" and names.is_table(parts) and not temporary:
                told = self._listings.table(names.full_name(parts, scope.namespace))
                if told is not None:
                    relation.sql.query = told
                    return
            write = kind in ("create_table", "create_external_table", "recover_partitions")
            call.table_name = self._table(name, write, scope)


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
    if kind == "google.protobuf.Any":
        return "/delta.connect." in message.type_url
    if kind in _NAMING:
        return True
    return kind not in _LEAVES and any(_names_something(child) for child in _children(message))


def _text(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

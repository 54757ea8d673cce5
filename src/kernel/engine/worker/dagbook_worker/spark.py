"""Spark for the worker: connect, run SQL, frames to Arrow, errors told for people. The only file that knows PySpark's client.

The way of a plan: the interceptor stops it, `plans.py` maps the names in it (`names.py` tables, `views.py` temp views; SQL text is
rewritten by the host, who has the parser), and the engine sees only its own names. Errors come back with the user's.

The host is asked three things: `place(table, write)` → TablePlace, `tables()` → names, and `rewrite(sql, namespace, known, local)` →
`{sql, tables: [{name, write, place}], offsets}`, see `rewriteForEngine` in src/kernel/engine/spark/rewrite.ts.
"""

import contextlib
import os
import re
import threading
from urllib.parse import urlparse
from urllib.request import url2pathname

import grpc
from pyarrow import ArrowInvalid
from pyspark.errors import PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql.connect.client import SparkConnectClient
from pyspark.sql.connect.client.core import DefaultChannelBuilder
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.plan import SQL
from pyspark.sql.connect.proto import Command
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import ArrayType, MapType, StructField, StructType

from . import sqltext
from .listings import made_by
from .names import Names
from .plans import Plans
from .savedviews import SavedViews
from .views import Views

_RECENT = 100


class _State:
    """What this process knows of its one session."""

    def __init__(self):
        self.session = None
        self.address = None
        self.run = ""
        self.rewrite = None
        self.own = threading.local()
        self.saved_views = SavedViews(
            _execute_sql, _rows, lambda text, namespace: _rewrite(text, namespace, [])
        )
        self.names = Names(_execute_sql, _find_table, self.saved_views.open)
        self.views = Views(
            self._make_view, lambda name: _execute_sql(f"DROP VIEW IF EXISTS `{name}`")
        )
        self.plans = Plans(
            self.names, self.views, self.saved_views, _rewrite, _made_by, _execute_sql
        )
        self.sent = []
        self.known = {}

    def _make_view(self, name, definition):
        return self.plans.make_view(name, definition, _execute_sql, _execute_view)


def connect(address):
    """The session at the address. Once an engine was started anew, the same session and its frames go on with the new one."""
    if _state.session is not None and _state.address == address:
        return _state.session
    # With these, what user code imports from `pyspark.sql` is Connect's too, and `SparkSession.builder` finds this session.
    os.environ.update(SPARK_CONNECT_MODE_ENABLED="1", SPARK_REMOTE=address)
    builder = DefaultChannelBuilder(address)
    builder.setChannelOption("grpc.enable_http_proxy", 0)
    builder.add_interceptor(_Interceptor())
    if _state.session is None:
        # It prints errors, traces included, to stderr, before anybody could handle them.
        for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
            PySparkLogger.getLogger(name).disabled = True
        _state.session = SparkSession(connection=builder)
        SparkSession._set_default_and_active_session(_state.session)
    else:
        _state.session._client = SparkConnectClient(connection=builder)
        _state.session._session_id = _state.session._client._session_id
        _state.names.forget_engine()
        _state.views.forget_engine()
        _state.saved_views.forget_engine()
    _speak_users_names(_state.session._client)
    _state.address = address
    return _state.session


def begin(place, tables, views, run="", rewrite=None, listed=list):
    """Before a run. `place(table, write)` asks the host; `tables`: name → TablePlace; `views`: name → run that defined it, None:
    what this process has; `rewrite(sql=…, namespace=…, known=…, local=…)` asks the host to rewrite SQL; `listed()` asks it which
    tables there are. Returns the views whose definitions this process does not have: their runs must be done again.
    """
    _state.run, _state.rewrite = run, rewrite
    _state.names.begin(place, tables, listed)
    return _state.views.begin(views)


def finish():
    """After a run: `{tables, views}` of a RunOutcome."""
    return {"tables": _state.names.finish(), "views": _state.views.finish(_state.run)}


def run_sql(text, parameters, names=None, first_line=1):
    """Runs one SQL statement with parameters (name → value) and returns its frame. `first_line`: where the text begins in its cell.
    `names` is not looked at."""
    used = sqltext.parameter_names(text)
    text = sqltext.fill_identifiers(text, parameters)
    args = {name: value for name, value in parameters.items() if name in used}
    try:
        return _state.session.sql(text, args=args or None)
    except PySparkException as error:
        error.dagbook_sql = (text, first_line)
        raise


def is_frame(value):
    return isinstance(value, DataFrame)


def frame_to_arrow(frame, limit):
    """The first `limit` rows as a pyarrow.Table, and whether there are more."""
    frame = frame.limit(limit + 1)
    try:
        table = frame.toArrow()
    except ArrowInvalid:
        # PySpark's own cast fails where a struct is NULL whose fields never are.
        table = frame._to_table()[0].cast(to_arrow_schema(_nullable(frame.schema)))
    return table.slice(0, limit), table.num_rows > limit


def _nullable(kind):
    """The type with NULL allowed everywhere inside it."""
    if isinstance(kind, StructType):
        return StructType([StructField(f.name, _nullable(f.dataType), True) for f in kind.fields])
    if isinstance(kind, ArrayType):
        return ArrayType(_nullable(kind.elementType), True)
    if isinstance(kind, MapType):
        return MapType(_nullable(kind.keyType), _nullable(kind.valueType), True)
    return kind


def explain(error):
    """`(name, message, line, offset)` of an error of the engine, else None. `line` (from 1, in the cell) and `offset` (UTF-16, in
    the statement) are known for statements of SQL cells."""
    if not isinstance(error, PySparkException):
        return None
    message = _state.names.spoken.message(_first_part(str(error.getMessage() or error)))
    line = offset = None
    text, first_line = getattr(error, "dagbook_sql", (None, 1))
    if text is not None:
        offset = _offset(error, text)
        if offset is not None:
            before = text.encode("utf-16-le")[: 2 * offset].decode("utf-16-le", "ignore")
            line = first_line + before.count("\n")
    return type(error).__name__, message, line, offset


def _first_part(message):
    """The message without the plan, the server's trace and the repeated SQL."""
    for mark in ("\n\nJVM stacktrace:", "\n== SQL", ";\n'", ";\n+-"):
        message = message.split(mark, 1)[0]
    return re.sub(r"(; line \d+ pos \d+| \(line \d+, pos \d+\))$", "", message.strip())


def _offset(error, text):
    """Where in the user's statement the error is, in UTF-16 units."""
    sent = next((sent for sent in reversed(_state.sent) if sent[1] == text), None)
    if sent is None:
        return None
    for context in error.getQueryContext():
        if context.contextType().name == "SQL" and context.startIndex() >= 0:
            return _original(sent, context.startIndex())
    where = sqltext.told_position(str(error))
    if where is None:
        return None
    lines = sent[0].split("\n")
    before = sum(len(line) + 1 for line in lines[: where[0] - 1]) + where[1]
    return _original(sent, len(sent[0][:before].encode("utf-16-le")) // 2)


def _original(sent, mapped):
    at, original = 0, 0
    for start, source in sent[2]:
        if start > mapped:
            break
        at, original = start, source
    return original + mapped - at


def _rewrite(text, namespace, local, made=None, more=None):
    """The statement with the engine's names. What was asked once is not asked again while the mapping is the same."""
    names, more, words = _state.names, more or {}, sqltext.words(text)
    with names.lock:
        key = (text, tuple(namespace), tuple(local), tuple(sorted(more.items())))
        if (*key, names.changes) in _state.known:
            return _state.known[(*key, names.changes)]
        if _state.rewrite is None:
            raise RuntimeError("The worker did not say how SQL is rewritten.")
        again = True
        while again:
            known = {n: {"physical": p, "write": False} for n, p in more.items()}
            before = names.changes
            answer = _state.rewrite(
                sql=text,
                namespace={"catalog": namespace[0], "schema": namespace[1]},
                known={**names.known(words, made), **known},
                local=list(local),
            )
            again = False
            for table in answer["tables"]:
                if table["name"] not in more:
                    place = names.place(table["name"], table["write"], table["place"])
                    # Now that it is known to be a view, it has another name.
                    again = again or (table["place"] is not None and place.view is not None)
        if len(_state.known) > _RECENT:
            _state.known.clear()
        for changes in (before, names.changes):
            _state.known[(*key, changes)] = answer["sql"]
        _state.sent = [*_state.sent[-_RECENT:], (answer["sql"], text, answer["offsets"])]
        return answer["sql"]


def _execute_sql(text):
    """Runs SQL of our own, with the engine's names."""
    client = _state.session._client
    _execute(SQL(text).command(client))


def _rows(text):
    """The rows of SQL of our own."""
    with _plainly():
        return _state.session.sql(text).collect()


def _find_table(quoted):
    """The folder of a Delta table by the engine's name, None if there is none."""
    try:
        location = _rows(f"DESCRIBE DETAIL {quoted}")[0].location
    except PySparkException:
        return None
    return url2pathname(urlparse(location).path) if location.startswith("file:") else None


def _made_by(name, quoted):
    """A statement that makes such a table: Delta's own SHOW CREATE TABLE is not there."""
    with _plainly():
        schema = _state.session.table(quoted).schema
    return made_by(name, schema, _rows(f"DESCRIBE DETAIL {quoted}")[0])


def _execute_view(name, plan):
    command = Command()
    command.create_dataframe_view.name = name
    command.create_dataframe_view.replace = True
    command.create_dataframe_view.input.CopyFrom(plan)
    _execute(command)


def _execute(command):
    with _plainly():
        _state.session._client.execute_command(command)


@contextlib.contextmanager
def _plainly():
    """What is asked meanwhile has the engine's names already."""
    before, _state.own.plain = getattr(_state.own, "plain", False), True
    try:
        yield
    finally:
        _state.own.plain = before


class _Interceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Maps names in what goes out, and gives frames of `spark.sql` back as the user wrote them."""

    def __init__(self):
        self._going = {}

    def intercept_unary_unary(self, continuation, details, request):
        if _method(details) == "AnalyzePlan" and not self._plain():
            request, _ = _state.plans.map(request)
        return continuation(details, request)

    def intercept_unary_stream(self, continuation, details, request):
        method = _method(details)
        if self._plain() or method not in ("ExecutePlan", "ReattachExecute"):
            return continuation(details, request)
        if method == "ReattachExecute":
            mapped = self._going.get(request.operation_id)
        else:
            request, mapped = _state.plans.map(request)
        if mapped is None:
            return continuation(details, request)
        self._going[request.operation_id] = mapped
        return self._follow(continuation(details, request), request.operation_id, mapped)

    def _follow(self, responses, operation, mapped):
        try:
            for response in responses:
                if mapped.query is not None and response.HasField("sql_command_result"):
                    relation = response.sql_command_result.relation
                    if relation.WhichOneof("rel_type") in ("sql", "with_relations"):
                        relation.CopyFrom(mapped.query)
                if mapped.names:
                    _speak_in(response)
                if response.HasField("result_complete"):
                    self._end(operation, mapped.done)
                yield response
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                self._end(operation, mapped.undo)
            raise

    def _end(self, operation, actions):
        if self._going.pop(operation, None) is not None:
            for action in actions:
                action()

    def _plain(self):
        return getattr(_state.own, "plain", False)


def _speak_in(response):
    """Puts the user's names into what SHOW, DESCRIBE or EXPLAIN answers."""
    holder = response.arrow_batch
    if response.HasField("sql_command_result"):
        holder = response.sql_command_result.relation.local_relation
    if not holder.data:
        return
    import pyarrow

    table = pyarrow.ipc.open_stream(holder.data).read_all()
    for at, field in enumerate(table.schema):
        if pyarrow.types.is_string(field.type):
            spoken = [_state.names.spoken.cell(cell) for cell in table.column(at).to_pylist()]
            table = table.set_column(at, field, pyarrow.array(spoken, field.type))
    written = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(written, table.schema) as stream:
        stream.write_table(table)
    holder.data = written.getvalue().to_pybytes()


def _method(details):
    method = details.method
    return (method.decode() if isinstance(method, bytes) else method).rsplit("/", 1)[-1]


def _speak_users_names(client):
    """Every error of the client says the user's names, also where user code catches it."""
    handle = client._handle_error

    def handle_error(error):
        try:
            handle(error)
        except PySparkException as told:
            for field in ("_message", "_stacktrace"):
                if isinstance(getattr(told, field, None), str):
                    setattr(told, field, _state.names.spoken.message(getattr(told, field)))
            raise told from None

    client._handle_error = handle_error


_state = _State()

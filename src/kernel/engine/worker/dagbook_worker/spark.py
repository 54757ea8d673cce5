"""Spark for the worker: connect, run SQL, frames to Arrow, errors told for people. The only file that knows PySpark's client.

The way of a plan: the interceptor stops it, `plans.py` maps the names in it (`names.py` tables, `views.py` temp views; SQL text is
rewritten by the host, who has the parser), and the engine sees only its own names. Errors come back with the user's.

The host is asked two things: `place(table, write)` → TablePlace, and `rewrite(sql, namespace, known, local)` →
`{sql, tables: [{name, write, place}], offsets}`, see `rewriteForEngine` in src/kernel/engine/spark/rewrite.ts.
"""

import os
import re
import threading
from urllib.parse import urlparse
from urllib.request import url2pathname

import grpc
from pyspark.errors import PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql.connect.client import SparkConnectClient
from pyspark.sql.connect.client.core import DefaultChannelBuilder
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.plan import SQL
from pyspark.sql.connect.proto import Command
from pyspark.sql.connect.session import SparkSession

from . import sqltext
from .names import Names
from .plans import Plans
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
        self.names = Names(_execute_sql, _find_table)
        self.views = Views(
            self._make_view, lambda name: _execute_sql(f"DROP VIEW IF EXISTS `{name}`")
        )
        self.plans = Plans(self.names, self.views, _rewrite)
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
    _speak_users_names(_state.session._client)
    _state.address = address
    return _state.session


def begin(place, tables, views, run="", rewrite=None):
    """Before a run. `place(table, write)` asks the host; `tables`: name → TablePlace; `views`: name → run that defined it, None:
    what this process has; `rewrite(sql=…, namespace=…, known=…, local=…)` asks the host to rewrite SQL.
    Returns the views whose definitions this process does not have: their runs must be done again.
    """
    _state.run, _state.rewrite = run, rewrite
    _state.names.begin(place, tables)
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
    table = frame.limit(limit + 1).toArrow()
    return table.slice(0, limit), table.num_rows > limit


def explain(error):
    """`(name, message, line, offset)` of an error of the engine, else None. `line` (from 1, in the cell) and `offset` (UTF-16, in
    the statement) are known for statements of SQL cells."""
    if not isinstance(error, PySparkException):
        return None
    message = _state.names.speak(_first_part(str(error.getMessage() or error)))
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


def _rewrite(text, namespace, local):
    """The statement with the engine's names. What was asked once is not asked again while the mapping is the same."""
    names = _state.names
    with names.lock:
        key = (text, tuple(namespace), tuple(local), names.changes)
        if key not in _state.known:
            if _state.rewrite is None:
                raise RuntimeError("The worker did not say how SQL is rewritten.")
            answer = _state.rewrite(
                sql=text,
                namespace={"catalog": namespace[0], "schema": namespace[1]},
                known=names.known(),
                local=list(local),
            )
            for table in answer["tables"]:
                names.place(table["name"], table["write"], table["place"])
            if len(_state.known) > _RECENT:
                _state.known.clear()
            _state.known[key] = answer["sql"]
            _state.known[(*key[:3], names.changes)] = answer["sql"]
            _state.sent = [*_state.sent[-_RECENT:], (answer["sql"], text, answer["offsets"])]
        return _state.known[key]


def _execute_sql(text):
    """Runs SQL of our own, with the engine's names."""
    client = _state.session._client
    _execute(SQL(text).command(client))


def _find_table(quoted):
    """The folder of a Delta table by the engine's name, None if there is none."""
    before, _state.own.plain = getattr(_state.own, "plain", False), True
    try:
        location = _state.session.sql(f"DESCRIBE DETAIL {quoted}").collect()[0].location
    except PySparkException:
        return None
    finally:
        _state.own.plain = before
    return url2pathname(urlparse(location).path) if location.startswith("file:") else None


def _execute_view(name, plan):
    command = Command()
    command.create_dataframe_view.name = name
    command.create_dataframe_view.replace = True
    command.create_dataframe_view.input.CopyFrom(plan)
    _execute(command)


def _execute(command):
    before = getattr(_state.own, "plain", False)
    _state.own.plain = True
    try:
        _state.session._client.execute_command(command)
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
                    setattr(told, field, _state.names.speak(getattr(told, field)))
            raise told from None

    client._handle_error = handle_error


_state = _State()

"""Runs one cell: check out, compile, execute, record, and tell what came of it."""

import os
import sys
import threading
import types

from . import source
from .dbutils import DBUtils, NotebookExit
from .display import Display
from .errors import describe_error, refusal
from .frames import to_json
from .kinds import Kinds
from .namespace import Namespace
from .sparklink import SparkLink
from .streams import flush_c_output


class Runner:
    def __init__(self, link, streams, interrupts, results):
        self._link = link
        self._streams = streams
        self._interrupts = interrupts
        self._namespace = Namespace()
        self._versions = self._modules = self._settings = None
        self._loop = None
        self._spark = SparkLink(link, self._namespace)
        self._display = Display(streams, self._spark, results)
        self._dbutils = DBUtils(link, streams)
        for name, value in (
            ("dbutils", self._dbutils),
            ("display", self._display.show),
            ("displayHTML", self._display.show_html),
            ("getArgument", self._dbutils.widgets.getArgument),
        ):
            self._namespace.predefine(name, value)
        self._kinds = Kinds(
            self._namespace, self._spark, self._display, self._dbutils, self._run_coroutine
        )
        _prepare_process()

    def serve(self, request):
        """Runs a request and sends its outcome."""
        run = request["run"]
        self._streams.begin(run)
        self._display.begin(run)
        self._dbutils.widgets.begin(request["parameters"])
        try:
            outcome = self._outcome(request)
        except Exception as error:  # a defect of ours must not be taken for a result
            import traceback

            told = "".join(traceback.format_exception(error))
            outcome = _outcome(
                "failed", error=refusal("InternalError", f"Dagbook's worker failed.\n{told}")
            )
        flush_c_output()
        self._streams.end()
        outcome["parameters"] = self._dbutils.widgets.read()
        self._link.send({"op": "outcome", "run": run}, to_json(outcome))

    def _outcome(self, request):
        code = None
        if request["kind"] == "python":
            try:
                code = source.compile_cell(request["source"], request["title"])
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                return _outcome("failed", error=describe_error(error, None))
        place = None
        if request.get("drop"):
            self._versioned().drop(request["drop"])
        if request["checkout"] is not None:
            place = self._versioned().check_out(request["checkout"], code)
            if place.spoiled:
                return _outcome("spoiled", spoiled=place.spoiled)
            self._modules.begin(place.before)
            self._settings.begin(code, place.reached())
        self._namespace.before_run()
        source.teach_inspect(request["source"])
        state, text, error, leave = self._execute(request, code, place)
        touched = self._spark.finish()
        outcome = _outcome(state, text=text, error=error, exit=leave, **touched)
        if place is not None and state != "spoiled":
            self._record(outcome, request["run"], place, code)
        return outcome

    def _execute(self, request, code, place):
        state, text, error, leave = "ok", "", None, None
        running = set(threading.enumerate())
        self._interrupts.begin()
        try:
            try:
                missing = self._spark.begin(request, _foreseen(request["kind"], code, place))
                if missing and place is not None:
                    return "spoiled", "", None, None
                text = self._kinds.run(request["kind"], request["source"], code, request["as"])
                self._display.show_figures()
                _join(set(threading.enumerate()) - running, self._namespace.names)
            finally:
                self._interrupts.end()
        except NotebookExit as left:
            state, leave = "exited", left.value
        except SystemExit as left:
            if left.code in (None, 0):
                state = "exited"
            else:
                state, error = "failed", self._describe(left, code)
        except BaseException as raised:
            state, error = "failed", self._describe(raised, code)
        if self._interrupts.end():
            return "interrupted", "", None, None
        return state, text, error, leave

    def _record(self, outcome, run, place, code):
        outcome["settings"] = self._settings.changed()
        versions = self._versioned()
        versions.look_again(place)
        outcome["modules"], elsewhere = self._modules.changed(place.after)
        if outcome["state"] in ("ok", "exited"):
            outcome.update(versions.record(run, place, code, elsewhere))
        else:
            outcome["reads"] = versions.abandon(place, elsewhere)

    def _describe(self, error, code):
        return describe_error(error, None if code is None else code.filename, self._spark.explain)

    def _versioned(self):
        if self._versions is None:
            from .modules import ProjectModules
            from .objects import Objects
            from .settings import Settings
            from .versions import Versions

            objects = Objects(self._namespace.names, os.getcwd())
            self._modules = ProjectModules(objects)
            self._settings = Settings(self._namespace, objects.project.is_ours)
            self._versions = Versions(objects, self._namespace)
        return self._versions

    def _run_coroutine(self, coroutine):
        import asyncio

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        task = self._loop.create_task(coroutine)
        try:
            return self._loop.run_until_complete(task)
        except BaseException:
            if not task.done():
                task.cancel()
                self._loop.run_until_complete(asyncio.wait([task]))
            raise


def _outcome(state, **fields):
    return {
        "state": state,
        "text": "",
        "error": None,
        "exit": None,
        "writes": [],
        "deletes": [],
        "reads": [],
        "shares": [],
        "views": [],
        "tables": [],
        "parameters": [],
        "spoiled": [],
        **fields,
    }


def _foreseen(kind, code, place):
    """The names that a run may look up, its own functions included."""
    if code is None:
        return ("spark",) if kind == "sql" else ()
    from .mentions import all_loads

    names = set().union(*map(all_loads, code.parts))
    return names if place is None else names | place.found


def _join(threads, names):
    """A cell ends when the threads of its own functions end."""
    for thread in threads:
        target = getattr(thread, "_target", None)
        target = getattr(target, "__func__", target)
        own = isinstance(target, types.FunctionType) and target.__globals__ is names
        if not thread.daemon and (own or type(thread).__module__ == "__main__"):
            thread.join()


def _prepare_process():
    """What user code finds different from a plain Python process."""
    import builtins

    def refuse_input(_prompt=""):
        raise RuntimeError(
            "A cell cannot ask with input(). Use a parameter: dbutils.widgets.text(name, default)."
        )

    builtins.input = refuse_input
    sys.argv = [""]
    # Column functions of PySpark then work before there is a session.
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    os.environ.setdefault("MPLBACKEND", "module://dagbook_worker.figures")

"""Runs notebooks in plain Python and tells what each cell really depends on.

Reads notebooks from stdin, one JSON object per line: `cells`, a list of sources, and `files`, texts of project
files by path. Answers each with one JSON object: `found`, a list of [from, to, name] (cell `to` looked up `name`,
whose value cell `from` had last bound or changed), and `error`, what made a cell fail (null: none did).
"""

import ast
import asyncio
import builtins
import contextlib
import dis
import inspect
import io
import json
import os
import pathlib
import signal
import sys
import tempfile
import types
import warnings

os.environ.setdefault("MPLBACKEND", "agg")
warnings.simplefilter("ignore")


class Names(dict):
    """Module globals that note which names are looked up before the cell has bound them itself."""

    def __init__(self):
        super().__init__()
        self.begin()

    def begin(self):
        self.looked_up, self.bound = set(), set()

    def note(self, name):
        if name not in self.bound and super().__contains__(name):
            self.looked_up.add(name)

    def __getitem__(self, name):
        self.note(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.note(name)
        return super().__contains__(name)

    def get(self, name, default=None):
        self.note(name)
        return super().get(name, default)

    def __setitem__(self, name, value):
        self.bound.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name):
        self.note(name)
        super().__delitem__(name)

    def watch(self, frame, event, _):
        """Notes what `global` binds: its bytecode writes past `__setitem__`, at the top level of a cell too."""
        if frame.f_globals is not self:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            code, at = frame.f_code, frame.f_lasti
            operation, name = dis.opname[code.co_code[at]], code.co_code[at + 1]
            if operation in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                self.bound.add(code.co_names[name])
            # A class body looks past `__getitem__`.
            elif operation == "LOAD_NAME" and code.co_names[name] not in frame.f_locals:
                self.note(code.co_names[name])
        return self.watch


class Shape:
    """The contents of a value as something that can be compared. An object that was met before is told by its number."""

    def __init__(self, folder):
        self.met, self.folder = {}, folder

    def of(self, value):
        if isinstance(value, (int, float, complex, str, bytes, bool, type(None))):
            return repr(value)
        if id(value) in self.met:
            return f"#{self.met[id(value)][0]}"
        self.met[id(value)] = (len(self.met), value)
        return [type(value).__name__, *self.inside(value)]

    def all(self, values):
        return [self.of(value) for value in values]

    def inside(self, value):
        if isinstance(value, (list, tuple)):
            return [*self.all(value), self.of(getattr(value, "__dict__", None))]
        if isinstance(value, (set, frozenset)):
            return sorted(str(Shape(self.folder).of(item)) for item in value)
        if isinstance(value, (dict, types.MappingProxyType)):
            return [[self.of(key), self.of(item)] for key, item in value.items()]
        if isinstance(value, types.FunctionType):
            cells = [cell.cell_contents for cell in value.__closure__ or () if not empty(cell)]
            kept = [value.__defaults__, value.__kwdefaults__, cells, vars(value)]
            return [value.__code__.co_code.hex(), *self.all(kept)]
        if isinstance(value, types.MethodType):
            return self.all([value.__func__, value.__self__])
        if isinstance(value, type):
            if not self.is_own(value):
                return [value.__module__, value.__name__]
            own = {key: item for key, item in vars(value).items() if not key.startswith("__")}
            return [value.__name__, self.of(own), *self.all(value.__bases__)]
        if isinstance(value, (staticmethod, classmethod)):
            return self.all([value.__func__])
        if isinstance(value, property):
            return self.all([value.fget, value.fset])
        if isinstance(value, types.GeneratorType):
            frame = value.gi_frame
            return ["done"] if frame is None else [frame.f_lasti, self.of(dict(frame.f_locals))]
        if isinstance(value, types.BuiltinMethodType):
            return [value.__name__, self.of(value.__self__)]
        if isinstance(value, types.ModuleType):
            return self.module(value)
        return self.object(value)

    def module(self, value):
        own = {key: item for key, item in vars(value).items() if not key.startswith("__")}
        if self.is_file(value):
            return [value.__name__, self.of(own)]
        # Of a library: which functions it has.
        return [value.__name__, *(id(item) for item in own.values() if callable(item))]

    def object(self, value):
        home = type(value).__module__.split(".")[0]
        if home == "pandas":
            kept = getattr(value, "_mgr", None)
            return [str(value)] if kept is None else [str(list(value.axes)), str(value.values.tolist())]
        if home == "numpy":
            return [str(value.tolist())] if hasattr(value, "tolist") else self.reduced(value)
        if home == "matplotlib":
            return [str(sorted(map(str, value.get_children())))] if hasattr(value, "get_children") else []
        if isinstance(value, io.IOBase):
            at = None if value.closed or not value.seekable() else value.tell()
            return [at, value.getvalue() if hasattr(value, "getvalue") and not value.closed else ""]
        slots = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
        if self.is_own(type(value)):
            return [self.of(type(value)), self.of(getattr(value, "__dict__", None)), *self.all(slots)]
        return self.reduced(value)

    def is_own(self, kind):
        module = sys.modules.get(kind.__module__)
        return kind.__module__ == "__main__" or self.is_file(module)

    def is_file(self, module):
        return str(getattr(module, "__file__", None)).startswith(self.folder)

    def reduced(self, value):
        """An iterator, a partial function, a generator of random numbers: what pickle would keep of it."""
        try:
            _, *kept = value.__reduce_ex__(4)
        except Exception:
            return [self.of(getattr(value, "__dict__", None))]
        return self.all([list(part) if inspect.isgenerator(part) else part for part in kept])


def empty(cell):
    try:
        return cell.cell_contents is cell
    except ValueError:
        return True


def execute(source, title, names):
    code = compile(source, title, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if not code.co_flags & inspect.CO_COROUTINE:
        return exec(code, names)
    return asyncio.run(types.FunctionType(code, names)())


def set_alarm(seconds):
    """A cell that goes on for longer fails."""
    if hasattr(signal, "SIGALRM"):
        signal.alarm(seconds)


def dependencies(cells, folder):
    names, made_by, found = Names(), {}, set()
    dict.__setitem__(names, "__builtins__", builtins)
    dict.__setitem__(names, "__name__", "__main__")
    for index, source in enumerate(cells):
        visible = [(name, value) for name, value in names.items() if name[0] != "_"]
        before = {name: (id(value), Shape(folder).of(value)) for name, value in visible}
        names.begin()
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(900)
        sys.settrace(names.watch)
        set_alarm(60)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                execute(source, f"cell {index}", names)
        except BaseException as error:
            # A failed cell defines nothing, and what follows is not this notebook any more.
            return sorted(found), f"cell {index}: {type(error).__name__}: {error}"
        finally:
            set_alarm(0)
            sys.settrace(None)
            sys.setrecursionlimit(limit)
        for name in names.looked_up:
            if name in made_by and made_by[name] != index:
                found.add((made_by[name], index, name))
        for name, value in names.items():
            if name[0] == "_":
                continue
            if name in names.bound or before.get(name) != (id(value), Shape(folder).of(value)):
                made_by[name] = index
    return sorted(found), None


def ring(*_):
    raise TimeoutError


def main():
    sys.setrecursionlimit(5000)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, ring)
    for line in sys.stdin:
        notebook = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            for path, text in notebook.get("files", {}).items():
                file = pathlib.Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            known, here = set(sys.modules), os.getcwd()
            sys.path.insert(0, folder)
            os.chdir(folder)
            found, error = dependencies(notebook["cells"], folder)
            os.chdir(here)
            sys.path.remove(folder)
            for name in set(sys.modules) - known:
                if str(getattr(sys.modules[name], "__path__", "")).find(folder) >= 0 or str(
                    getattr(sys.modules[name], "__file__", "")
                ).startswith(folder):
                    del sys.modules[name]
        print(json.dumps({"found": found, "error": error}), flush=True)


main()

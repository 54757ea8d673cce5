"""Runs notebooks in plain Python and tells what each cell really depends on.

Reads notebooks from stdin, one JSON list of sources per line. Answers each with one JSON list of
[from, to, name]: cell `to` looked up `name`, whose value cell `from` had last bound or changed.
"""

import builtins
import dis
import json
import sys
import types

sys.setrecursionlimit(200)


class Names(dict):
    """Module globals that note which names are looked up before the cell has bound them itself."""

    def __init__(self):
        super().__init__()
        self.begin()

    def begin(self):
        self.looked_up, self.bound = set(), set()

    def __getitem__(self, name):
        value = super().__getitem__(name)
        if name not in self.bound:
            self.looked_up.add(name)
        return value

    def __setitem__(self, name, value):
        self.bound.add(name)
        super().__setitem__(name, value)

    def watch(self, frame, event, _):
        """Notes what `global` binds: its bytecode writes past `__setitem__`, at the top level of a cell too."""
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            code, at = frame.f_code, frame.f_lasti
            if dis.opname[code.co_code[at]] in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                self.bound.add(code.co_names[code.co_code[at + 1]])
        return self.watch


def shape(value, seen=()):
    """The contents of a value as something that can be compared."""
    if isinstance(value, (int, str, bool, type(None))):
        return repr(value)
    if id(value) in seen:
        return "…"
    seen = (*seen, id(value))
    if isinstance(value, (list, tuple)):
        return [shape(item, seen) for item in value]
    if isinstance(value, dict):
        return {str(key): shape(item, seen) for key, item in value.items()}
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        return [value.__code__.co_code.hex(), shape(value.__defaults__, seen), shape(cells, seen)]
    if isinstance(value, types.MethodType):
        return [shape(value.__func__, seen), shape(value.__self__, seen)]
    if isinstance(value, type):
        own = {key: item for key, item in vars(value).items() if not key.startswith("__")}
        return [value.__name__, shape(own, seen)]
    if isinstance(value, types.GeneratorType):
        frame = value.gi_frame
        return "done" if frame is None else [frame.f_lasti, shape(dict(frame.f_locals), seen)]
    if isinstance(value, types.BuiltinMethodType):
        return [value.__name__, shape(value.__self__, seen)]
    own = getattr(value, "__dict__", {})
    return [type(value).__name__, shape(type(value), seen), shape(own, seen)]


def dependencies(cells):
    names, made_by, found = Names(), {}, set()
    dict.__setitem__(names, "__builtins__", builtins)
    for index, source in enumerate(cells):
        visible = [(name, value) for name, value in names.items() if name[0] != "_"]
        before = {name: (id(value), shape(value)) for name, value in visible}
        names.begin()
        code = compile(source, f"cell {index}", "exec")
        sys.settrace(names.watch)
        try:
            exec(code, names)
        except Exception:
            # A failed cell defines nothing, and what follows is not this notebook any more.
            break
        finally:
            sys.settrace(None)
        for name in names.looked_up:
            if name in made_by and made_by[name] != index:
                found.add((made_by[name], index, name))
        for name, value in names.items():
            if name[0] == "_":
                continue
            if name in names.bound or before.get(name) != (id(value), shape(value)):
                made_by[name] = index
    return sorted(found)


for line in sys.stdin:
    print(json.dumps(dependencies(json.loads(line))), flush=True)

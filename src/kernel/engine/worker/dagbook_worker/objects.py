"""What an object is made of, without asking it: no `__eq__`, `__repr__`, `__reduce__` of user code is ever called.

`Objects.look(o)` gives bytes for an atom (its type and value), else a `Part`: what the object holds itself, and the objects in
it. What cannot be read (iterators, locks, connections, types made in C) is opaque: its content is a stamp number, and every run
that has it live gives it a new one.
"""

import builtins
import functools
import gc
import hashlib
import itertools
import marshal
import operator
import os
import re
import sys
import types
import weakref

import _abc
import _thread

from .instances import CONTENTS, fields_of, is_exception
from .parts import FLAT, Part, Stamp, Stamps, hashed

_CLASS_NOISE = frozenset(
    ("__dict__", "__weakref__", "__doc__", "_abc_impl", "__static_attributes__", "__firstlineno__")
)
# Built-in types whose `repr` is all there is to say; what else is built in has a state of its own or cannot be read.
_BY_REPR = frozenset(("EncodingMap", "InterpreterID", "moduledef"))
_BY_VALUE = {
    "datetime": ("date", "time", "datetime", "timedelta", "timezone"),
    "decimal": ("Decimal",),
    "fractions": ("Fraction",),
    "uuid": ("UUID",),
    "zoneinfo": ("ZoneInfo",),
    "re": ("Pattern", "Match"),
    "ipaddress": ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network"),
}
_PICKLING = frozenset(
    ("__reduce__", "__reduce_ex__", "__getstate__", "__getnewargs__", "__getnewargs_ex__")
)
_IMMUTABLE_LIBRARIES = frozenset(("pyarrow", "polars", "pyspark", "py4j", "delta"))
_HEAP_TYPE = 1 << 9
_ROWS = 1000
_STANDARD = os.path.dirname(os.__file__) + os.sep


class Objects:
    def __init__(self, namespace, root):
        self.names = namespace
        self.stamps = Stamps()
        self._root = os.path.realpath(root) + os.sep
        self._project = {}
        self._codes = {}
        self._owners = {}
        self._modules_seen = self._modules_known = -1
        self._project_modules = []
        self._readers = {
            list: self._list,
            dict: self._dict,
            tuple: self._tuple,
            set: self._set,
            frozenset: self._set,
            bytearray: lambda o: Part(b"bytearray" + hashed(bytes(o))),
            range: lambda o: b"range" + repr(o).encode(),
            slice: lambda o: self._mixed(b"slice", (o.start, o.stop, o.step)),
            type(NotImplemented): lambda o: b"NotImplemented",
            types.FunctionType: self._function,
            types.CodeType: lambda o: b"code" + self.code_digest(o),
            types.CellType: self._cell,
            types.MethodType: lambda o: self._mixed(b"method", (o.__func__, o.__self__)),
            types.BuiltinFunctionType: self._builtin,
            types.MethodWrapperType: lambda o: self._mixed(
                b"wrapper" + _text(o.__name__), (o.__self__,)
            ),
            types.ModuleType: self._module,
            types.SimpleNamespace: lambda o: self._instance(o),
            types.MappingProxyType: lambda o: self._mixed(b"proxy", gc.get_referents(o)),
            staticmethod: lambda o: self._mixed(b"static", (o.__func__,)),
            classmethod: lambda o: self._mixed(b"classm", (o.__func__,)),
            property: lambda o: self._mixed(b"property", (o.fget, o.fset, o.fdel)),
            functools.partial: self._partial,
            functools.cached_property: lambda o: self._mixed(b"cached", (o.func, o.attrname)),
            type(_thread.allocate_lock()): lambda o: Part(b"lock" + repr(o.locked()).encode()),
            _thread.RLock: lambda o: Part(b"lock" + _count_of(o)),
            operator.itemgetter: lambda o: self._mixed(b"itemgetter", o.__reduce__()[1]),
            operator.attrgetter: lambda o: self._mixed(b"attrgetter", o.__reduce__()[1]),
            weakref.ref: lambda o: self._mixed(b"weakref", (o(),)),
        }
        for kind in FLAT:
            self._readers[kind] = _flat
        for kind in (
            types.WrapperDescriptorType,
            types.MethodDescriptorType,
            types.GetSetDescriptorType,
            types.MemberDescriptorType,
            types.ClassMethodDescriptorType,
        ):
            self._readers[kind] = lambda o: b"descriptor" + _text(o.__qualname__)

    def look(self, value):
        """Bytes for an atom, else its Part."""
        kind = type(value)
        reader = self._readers.get(kind)
        if reader is None:
            reader = self._readers[kind] = self._reader(kind)
        return reader(value)

    # Which reader a type has

    def _reader(self, kind):
        if issubclass(kind, type):
            return self._class
        if issubclass(kind, types.ModuleType):
            return self._module
        module = kind.__module__ if isinstance(kind.__module__, str) else "?"
        library, name = module.partition(".")[0], kind.__name__
        if name in _BY_VALUE.get(module, ()) or library in ("pathlib", "typing"):
            return lambda o: _text(f"{module}.{name}:{o!r}")
        if hasattr(kind, "__next__") and not self._readable(kind):
            return self.opaque
        if name in ("_tuplegetter", "UnionType", "GenericAlias"):
            return lambda o: _text(f"{module}.{name}:{o!r}")
        if library == "numpy" or self._is_array(kind):
            from .arrays import numpy_reader

            found = numpy_reader(self, kind)
            if found is not None:
                return found
        if library == "pandas":
            from .arrays import pandas_reader

            found = pandas_reader(self, kind)
            if found is not None:
                return found
        if library in _IMMUTABLE_LIBRARIES and not module.startswith("pyspark.sql.types"):
            return lambda o: Stamp(self.stamps.of(o))
        if library == "logging" or (library == "dagbook_worker" and not issubclass(kind, tuple)):
            return lambda o: _text(f"{module}.{name}:{o.__dict__.get('name', '')}")
        if library == "random" and name == "Random":
            return self._random
        if module == "functools" and name == "_lru_cache_wrapper":
            return self._lru_cache
        if hasattr(kind, "_member_map_") and not self.is_ours(module):
            return lambda o: _text(f"{module}.{kind.__qualname__}.{o._name_}")
        if kind.__base__ is not None and self._readable(kind):
            return self._instance
        if module == "builtins" and name in _BY_REPR:
            return lambda o: _text(f"{name}:{o!r}")
        if library not in sys.stdlib_module_names and not self._pickles_itself(kind):
            return self._by_pickle
        return self.opaque

    def _is_array(self, kind):
        """Whether a type that somebody derived from numpy's array."""
        numpy = sys.modules.get("numpy")
        return hasattr(numpy, "ndarray") and issubclass(kind, numpy.ndarray)

    def _readable(self, kind):
        """Whether all state of instances is in `__dict__`, slots and what the built-in base holds: no room for more in C."""
        for base in kind.__mro__:
            if base in CONTENTS or base is object or is_exception(base):
                continue
            if not base.__flags__ & _HEAP_TYPE:
                return False
            names = vars(base)
            fields = sum(isinstance(value, types.MemberDescriptorType) for value in names.values())
            explained = 8 * (fields + ("__dict__" in names) + ("__weakref__" in names))
            if base.__basicsize__ - base.__base__.__basicsize__ > explained:
                return False
        return True

    def _pickles_itself(self, kind):
        """Whether a class of the notebook or the project says how it is pickled, which would run its code."""
        return any(
            self.is_ours(base.__module__) and not _PICKLING.isdisjoint(vars(base))
            for base in kind.__mro__
        )

    def is_ours(self, module):
        """Whether a module is the notebook or lies in the project's folder (and not in an environment there)."""
        if module == "__main__":
            return True
        known = self._project.get(module)
        if known is None:
            found = sys.modules.get(module)
            file = None if found is None else vars(found).get("__file__")
            if file is None:
                return False
            known = False
            if isinstance(file, str) and not _of_library(vars(found)):
                path = os.path.realpath(file)
                outside = sys.prefix + os.sep
                known = (
                    path.startswith(self._root)
                    and not path.startswith(outside)
                    and f"{os.sep}site-packages{os.sep}" not in path
                    and not path.startswith(os.path.dirname(__file__))
                )
            self._project[module] = known
        return known

    def project_modules(self):
        """The names of the project's modules that are loaded, the notebook itself left out."""
        if len(sys.modules) != self._modules_known:
            self._modules_known = len(sys.modules)
            self._project_modules = [
                name for name in list(sys.modules) if name != "__main__" and self.is_ours(name)
            ]
        return [name for name in self._project_modules if name in sys.modules]

    # Built-in containers

    def _mixed(self, tag, values):
        """A Part of values in order; plain ones are in the header."""
        if set(map(type, values)) <= FLAT:
            data = marshal.dumps(list(values), 2)
            return Part(tag + (data if len(data) < 64 else hashed(data)))
        pieces, children = [tag, b"%d:" % len(values)], []
        for value in values:
            if type(value) in FLAT:
                pieces.append(marshal.dumps(value, 2))
            else:
                pieces.append(b"\0")
                children.append(value)
        return Part(b"".join(pieces), children)

    def _list(self, value):
        if len(value) >= _ROWS:
            rows = _flat_rows(value)
            if rows is not None:
                header = b"list" + hashed(marshal.dumps(value, 2))
                return Part(
                    header + hash(tuple(rows)).to_bytes(8, "little", signed=True),
                    bulk=rows,
                    content=lambda: header,
                )
        return self._mixed(b"list", value)

    def _dict(self, value):
        if set(map(type, value)) <= FLAT and set(map(type, value.values())) <= FLAT:
            data = marshal.dumps(list(value.items()), 2)
            return Part(b"dict" + (data if len(data) < 64 else hashed(data)))
        return self._mixed(b"dict", list(itertools.chain.from_iterable(dict.items(value))))

    def _tuple(self, value):
        if set(map(type, value)) <= FLAT:
            return b"tuple" + marshal.dumps(value, 2)
        return self._mixed(b"tuple", value)

    def _set(self, value):
        tag = b"set" if type(value) is set else b"frozenset"
        items = list(value)
        if set(map(type, items)) <= FLAT:
            header = tag + hashed(b"".join(sorted(marshal.dumps(item, 2) for item in items)))
            return Part(header) if type(value) is set else header
        return Part(tag + b"%d:" % len(items), items, unordered=True)

    # Functions, classes, modules

    def code_digest(self, code):
        known = self._codes.get(id(code))
        if known is None or known[0] is not code:
            digest = hashlib.blake2b(digest_size=16)
            digest.update(code.co_code)
            counts = (
                code.co_argcount,
                code.co_posonlyargcount,
                code.co_kwonlyargcount,
                code.co_flags,
            )
            names = (
                code.co_names,
                code.co_varnames,
                code.co_freevars,
                code.co_cellvars,
                code.co_name,
            )
            digest.update(repr((counts, names)).encode("utf-8", "backslashreplace"))
            for constant in code.co_consts:
                digest.update(self._constant(constant))
            known = self._codes[id(code)] = (code, digest.digest())
        return known[1]

    def _constant(self, constant):
        if type(constant) in (tuple, frozenset):
            items = [self._constant(item) for item in constant]
            if type(constant) is frozenset:
                items.sort()
            return hashed(type(constant).__name__.encode() + b"".join(items))
        if isinstance(constant, types.CodeType):
            return self.code_digest(constant)
        return hashed(
            type(constant).__name__.encode() + repr(constant).encode("utf-8", "backslashreplace")
        )

    def _function(self, value):
        owner = value.__globals__
        module = self._module_of(owner)
        loose = module is None and owner is not self.names and not _of_library(owner)
        ours = loose or owner is self.names or (module is not None and self.is_ours(module))
        if not ours and value.__closure__ is None and not value.__dict__:
            name = f"{value.__module__}.{value.__qualname__}"
            return _text("function " + name) + (
                self.code_digest(value.__code__) if "<" in name else b""
            )
        defaults, only = value.__defaults__, value.__kwdefaults__
        state = [
            value.__name__,
            defaults is not None and len(defaults),
            *(defaults or ()),
            only is not None and len(only),
            *itertools.chain.from_iterable((only or {}).items()),
            *(value.__closure__ or ()),
            *itertools.chain.from_iterable(value.__dict__.items()),
        ]
        if ours:
            state += (value.__doc__, value.__qualname__, value.__annotations__)
        if loose:
            state += _globals_of(value)
        elif ours and owner is not self.names:
            state.append(sys.modules[module])
        part = self._mixed(b"function" + self.code_digest(value.__code__), state)
        if owner is self.names:
            part.code = value.__code__
        if loose:
            # Who changes one of these globals changes all functions over them.
            part.bulk = {id(owner)}
        return part

    def _module_of(self, names):
        """The name under which a module with these globals can be imported; None: they are no module's (`exec`, `runpy`)."""
        name = names.get("__name__")
        if isinstance(name, str) and _is_dict_of(sys.modules.get(name), names):
            return name
        if len(sys.modules) != self._modules_seen:
            self._modules_seen = len(sys.modules)
            self._owners = {
                id(module.__dict__): name
                for name, module in list(sys.modules.items())
                if isinstance(module, types.ModuleType)
            }
        name = self._owners.get(id(names))
        return name if _is_dict_of(sys.modules.get(name), names) else None

    def _cell(self, value):
        try:
            return self._mixed(b"cell", (value.cell_contents,))
        except ValueError:
            return Part(b"cell, empty")

    def _builtin(self, value):
        owner = value.__self__
        if owner is None or isinstance(owner, (types.ModuleType, type)):
            return _text(f"builtin {value.__module__}.{value.__qualname__}")
        return self._mixed(b"builtin" + _text(value.__name__), (owner,))

    def _class(self, value):
        module = value.__module__
        # A class made by `exec` or `runpy` says the name of no module that there is.
        loose = value.__flags__ & _HEAP_TYPE and (
            module not in sys.modules
            or (module == "builtins" and not hasattr(builtins, value.__name__))
        )
        if not loose and not (isinstance(module, str) and self.is_ours(module)):
            return _text(f"class {value.__module__}.{value.__qualname__}")
        fields = [
            item
            for pair in type.__dict__["__dict__"].__get__(value).items()
            if pair[0] not in _CLASS_NOISE
            for item in pair
        ]
        fields += _own_words(value)
        bases = type.__dict__["__bases__"].__get__(value)
        return self._mixed(b"class" + _text(value.__qualname__), [type(value), *bases, *fields])

    def _module(self, value):
        name = vars(value).get("__name__")
        known = isinstance(name, str) and sys.modules.get(name) is value
        if value.__dict__ is self.names or (known and not self.is_ours(name)):
            return _text(f"module {name}")
        fields = [
            item
            for pair in list(vars(value).items())
            if not (isinstance(pair[0], str) and pair[0].startswith("__"))
            # An import adds a submodule to its package.
            and not (type(pair[1]) is types.ModuleType and _is_inside(pair[1], name))
            for item in pair
        ]
        return self._mixed(b"module" + _text(str(name)), fields)

    def _partial(self, value):
        return self._mixed(b"partial", (value.func, value.args, value.keywords, value.__dict__))

    def _lru_cache(self, value):
        inside = [
            item
            for item in gc.get_referents(value)
            if not isinstance(item, (type, types.ModuleType))
        ]
        part = self._mixed(b"lru_cache" + repr(value.cache_info()).encode(), inside)
        return part

    # Instances

    def _instance(self, value):
        kind = type(value)
        state = [kind]
        for base in kind.__mro__:
            contents = CONTENTS.get(base)
            if contents is not None:
                found = contents(value)
                state += [len(found), *found]
                break
        if isinstance(value, BaseException):
            state += [value.args, value.__cause__]
        fields = fields_of(value, kind)
        if fields is not None:
            state.append(len(fields))
            state += itertools.chain.from_iterable(fields.items())
        for base in kind.__mro__:
            for name, slot in vars(base).items():
                if type(slot) is types.MemberDescriptorType and base is not type:
                    try:
                        state += [name, slot.__get__(value, kind)]
                    except AttributeError:
                        state.append(name)
        return self._mixed(b"instance", state)

    def _random(self, value):
        import random

        # The generator behind `random.random()` is state of the session, not a value of the notebook.
        if value is random._inst:
            return b"random"
        return Part(b"random" + hashed(repr(random.Random.getstate(value)).encode()))

    def _by_pickle(self, value):
        """A type that a library made in C: its own pickle, if it has one."""
        import pickle

        try:
            data = hashed(pickle.dumps(value, 4))
            return Part(b"pickle" + data, links=self._referents(value))
        except Exception:
            return self.opaque(value)

    def opaque(self, value):
        part = Part(self.stamps.of(value), links=self._referents(value))
        part.opaque = True
        part.code = getattr(value, "gi_code", None) or getattr(value, "cr_code", None)
        return part

    def _referents(self, value):
        frame = getattr(value, "gi_frame", None) or getattr(value, "cr_frame", None)
        # Asking for the locals may leave a dictionary of them in the frame, which is no part of the value.
        inside = None if frame is None else frame.f_locals
        found = [item for item in gc.get_referents(value) if item is not inside]
        if inside is not None:
            found += dict(inside).values()
        return [
            item
            for item in found
            if item is not self.names
            and not isinstance(item, (types.ModuleType, types.FrameType))
            and not (type(item) is dict and "__spec__" in item and "__name__" in item)
        ]


def _count_of(lock):
    return re.search("count=[0-9]+", repr(lock))[0].encode()


def _flat(value):
    return marshal.dumps(value, 2)


def _text(text):
    data = text.encode("utf-8", "backslashreplace")
    return b"%d:" % len(data) + data


def _is_inside(module, package):
    name = vars(module).get("__name__")
    return isinstance(name, str) and name.startswith(f"{package}.")


def _is_dict_of(module, names):
    return isinstance(module, types.ModuleType) and module.__dict__ is names


def _of_library(names):
    """Whether these are globals of a file of a library, though it is no module (any more)."""
    file = names.get("__file__")
    return isinstance(file, str) and (
        "site-packages" in file or file.startswith((_STANDARD, sys.prefix + os.sep))
    )


def _globals_of(function):
    """The globals that a function mentions, as names and values; all of them if it may look up any."""
    from .mentions import DYNAMIC, mentions_of

    names, found = function.__globals__, set()
    waiting = [function.__code__]
    while waiting:
        code = waiting.pop()
        mentions = mentions_of(code)
        found |= mentions.loads | mentions.inner | mentions.stores
        waiting += (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    if not DYNAMIC.isdisjoint(found):
        return [names]
    return [item for name in sorted(found & names.keys()) for item in (name, names[name])]


def _own_words(kind):
    """What a class says of itself, and the classes that were registered with it if it is an abstract one."""
    fields = type.__dict__["__dict__"].__get__(kind)
    doc, registry = fields.get("__doc__"), fields.get("_abc_impl")
    # A dataclass writes the defaults of its fields there, maybe with their addresses.
    found = ["__doc__", re.sub(r"0x[0-9a-f]+", "0x", doc) if type(doc) is str else doc]
    if type(registry).__name__ == "_abc_data":
        registered = [reference() for reference in _abc._get_dump(kind)[0]]
        found += sorted(
            (one for one in registered if one is not None),
            key=lambda one: (one.__module__, one.__qualname__),
        )
    return found


def _flat_rows(value):
    """The ids of the lists and dicts in a long list of plain rows, each a different one; None: it is not such a list."""
    kinds = set(map(type, value))
    if not kinds <= {list, tuple, dict} or not kinds:
        return None
    rows = [row for row in value if type(row) is not tuple]
    ids = set(map(id, rows))
    if len(ids) != len(rows):
        return None
    inside = set()
    for row in value:
        inside.update(map(type, row))
        if type(row) is dict:
            inside.update(map(type, row.values()))
    return ids if inside <= FLAT else None

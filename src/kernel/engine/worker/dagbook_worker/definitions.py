"""Functions, classes and modules as Parts: what is the notebook's own or its project's by content, libraries' by name."""

import builtins
import functools
import gc
import hashlib
import itertools
import re
import sys
import types

import _abc

from .parts import Part, hashed, mixed, worded
from .project import of_library

_CLASS_NOISE = frozenset(
    ("__dict__", "__weakref__", "__doc__", "_abc_impl", "__static_attributes__", "__firstlineno__")
)
HEAP_TYPE = 1 << 9


class Definitions:
    def __init__(self, namespace, project):
        self._names = namespace
        self._project = project
        self._codes = {}
        self.readers = {
            types.FunctionType: self.function,
            types.CodeType: lambda o: b"code" + self._code_digest(o),
            types.CellType: _cell,
            types.MethodType: lambda o: mixed(b"method", (o.__func__, o.__self__)),
            types.BuiltinFunctionType: _builtin,
            types.MethodWrapperType: lambda o: mixed(
                b"wrapper" + worded(o.__name__), (o.__self__,)
            ),
            types.ModuleType: self.module,
            staticmethod: lambda o: mixed(b"static", (o.__func__,)),
            classmethod: lambda o: mixed(b"classm", (o.__func__,)),
            property: lambda o: mixed(b"property", (o.fget, o.fset, o.fdel)),
            functools.partial: lambda o: mixed(
                b"partial", (o.func, o.args, o.keywords, o.__dict__)
            ),
            functools.cached_property: lambda o: mixed(b"cached", (o.func, o.attrname)),
            functools._lru_cache_wrapper: _lru_cache,
        }

    def function(self, value):
        owner = value.__globals__
        module = self._project.module_of(owner)
        loose = module is None and owner is not self._names and not of_library(owner)
        ours = (
            loose or owner is self._names or (module is not None and self._project.is_ours(module))
        )
        if not ours and value.__closure__ is None and not value.__dict__:
            name = f"{value.__module__}.{value.__qualname__}"
            return worded("function " + name) + (
                self._code_digest(value.__code__) if "<" in name else b""
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
        elif ours and owner is not self._names:
            state.append(sys.modules[module])
        part = mixed(b"function" + self._code_digest(value.__code__), state)
        if owner is self._names:
            part.code = value.__code__
        if loose:
            # Who changes one of these globals changes all functions over them.
            part.bulk = {id(owner)}
        return part

    def class_(self, value):
        module = value.__module__
        # A class made by `exec` or `runpy` says the name of no module that there is.
        loose = value.__flags__ & HEAP_TYPE and (
            module not in sys.modules
            or (module == "builtins" and not hasattr(builtins, value.__name__))
        )
        if not loose and not (isinstance(module, str) and self._project.is_ours(module)):
            return worded(f"class {value.__module__}.{value.__qualname__}")
        fields = [
            item
            for pair in type.__dict__["__dict__"].__get__(value).items()
            if pair[0] not in _CLASS_NOISE
            for item in pair
        ]
        fields += _own_words(value)
        bases = type.__dict__["__bases__"].__get__(value)
        return mixed(b"class" + worded(value.__qualname__), [type(value), *bases, *fields])

    def module(self, value):
        name = vars(value).get("__name__")
        known = isinstance(name, str) and sys.modules.get(name) is value
        if value.__dict__ is self._names or (known and not self._project.is_ours(name)):
            return worded(f"module {name}")
        fields = [
            item
            for pair in list(vars(value).items())
            if not (isinstance(pair[0], str) and pair[0].startswith("__"))
            # An import adds a submodule to its package.
            and not (type(pair[1]) is types.ModuleType and _is_inside(pair[1], name))
            for item in pair
        ]
        return mixed(b"module" + worded(str(name)), fields)

    def _code_digest(self, code):
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
            return self._code_digest(constant)
        return hashed(
            type(constant).__name__.encode() + repr(constant).encode("utf-8", "backslashreplace")
        )


def _cell(value):
    try:
        return mixed(b"cell", (value.cell_contents,))
    except ValueError:
        return Part(b"cell, empty")


def _builtin(value):
    owner = value.__self__
    if owner is None or isinstance(owner, (types.ModuleType, type)):
        return worded(f"builtin {value.__module__}.{value.__qualname__}")
    return mixed(b"builtin" + worded(value.__name__), (owner,))


def _lru_cache(value):
    inside = [
        item for item in gc.get_referents(value) if not isinstance(item, (type, types.ModuleType))
    ]
    return mixed(b"lru_cache" + repr(value.cache_info()).encode(), inside)


def _is_inside(module, package):
    name = vars(module).get("__name__")
    return isinstance(name, str) and name.startswith(f"{package}.")


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

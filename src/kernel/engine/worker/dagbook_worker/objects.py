"""What an object is made of, without asking it: no `__eq__`, `__repr__`, `__reduce__` of user code is ever called.

`Objects.look(o)` gives bytes for an atom (its type and value), else a `Part`: what the object holds itself, and the objects in
it. What cannot be read (iterators, locks, connections, types made in C) is opaque: its content is a stamp number, and every run
that has it live gives it a new one.
"""

import gc
import itertools
import marshal
import operator
import re
import sys
import types
import weakref

import _thread

from .containers import CONTAINERS
from .definitions import HEAP_TYPE, Definitions
from .instances import CONTENTS, fields_of, is_exception
from .parts import FLAT, Part, Stamp, Stamps, hashed, mixed, worded
from .project import ProjectCode

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


class Objects:
    def __init__(self, namespace, root):
        self.names = namespace
        self.stamps = Stamps()
        self.project = ProjectCode(root)
        self._definitions = Definitions(namespace, self.project)
        self._readers = {
            **CONTAINERS,
            **self._definitions.readers,
            bytearray: lambda o: Part(b"bytearray" + hashed(bytes(o))),
            range: lambda o: b"range" + repr(o).encode(),
            slice: lambda o: mixed(b"slice", (o.start, o.stop, o.step)),
            type(NotImplemented): lambda o: b"NotImplemented",
            types.SimpleNamespace: self._instance,
            types.MappingProxyType: lambda o: mixed(b"proxy", gc.get_referents(o)),
            type(_thread.allocate_lock()): lambda o: Part(b"lock" + repr(o.locked()).encode()),
            _thread.RLock: lambda o: Part(b"lock" + _count_of(o)),
            operator.itemgetter: lambda o: mixed(b"itemgetter", o.__reduce__()[1]),
            operator.attrgetter: lambda o: mixed(b"attrgetter", o.__reduce__()[1]),
            weakref.ref: lambda o: mixed(b"weakref", (o(),)),
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
            self._readers[kind] = lambda o: b"descriptor" + worded(o.__qualname__)

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
            return self._definitions.class_
        if issubclass(kind, types.ModuleType):
            return self._definitions.module
        module = kind.__module__ if isinstance(kind.__module__, str) else "?"
        library, name = module.partition(".")[0], kind.__name__
        if name in _BY_VALUE.get(module, ()) or library in ("pathlib", "typing"):
            return lambda o: worded(f"{module}.{name}:{o!r}")
        if hasattr(kind, "__next__") and not self._readable(kind):
            return self.opaque
        if name in ("_tuplegetter", "UnionType", "GenericAlias"):
            return lambda o: worded(f"{module}.{name}:{o!r}")
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
            return lambda o: worded(f"{module}.{name}:{o.__dict__.get('name', '')}")
        if library == "random" and name == "Random":
            return self._random
        if hasattr(kind, "_member_map_") and not self.project.is_ours(module):
            return lambda o: worded(f"{module}.{kind.__qualname__}.{o._name_}")
        if kind.__base__ is not None and self._readable(kind):
            return self._instance
        if module == "builtins" and name in _BY_REPR:
            return lambda o: worded(f"{name}:{o!r}")
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
            if not base.__flags__ & HEAP_TYPE:
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
            self.project.is_ours(base.__module__) and not _PICKLING.isdisjoint(vars(base))
            for base in kind.__mro__
        )

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
        return mixed(b"instance", state)

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

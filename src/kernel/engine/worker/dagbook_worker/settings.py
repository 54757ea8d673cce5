"""Settings of the process that belong to no name: which of them did a run change?

A cheap copy of each before the run is compared with the state after it. Libraries change some settings when they are imported;
that happens once in a process, whoever comes first, and is no change by the run.
"""

import _locale
import ast
import operator
import os
import sys
import types
import warnings

from .mentions import mentions_of
from .parts import FLAT

# What our own connection to Spark sets.
_OURS = frozenset(("SPARK_CONNECT_MODE_ENABLED", "SPARK_REMOTE", "SPARK_LOCAL_REMOTE"))
_OUR_LOGGERS = frozenset(("SQLQueryContextLogger", "DataFrameQueryContextLogger"))
_NUMPY = {
    "edgeitems": 3,
    "threshold": 1000,
    "floatmode": "maxprec",
    "precision": 8,
    "suppress": False,
    "linewidth": 75,
    "nanstr": "nan",
    "infstr": "inf",
    "sign": "-",
    "formatter": None,
    "legacy": False,
    "override_repr": None,
}
# Settings that imports change too → words in the code of who changes them by intention.
_SIGNS = {
    "environ": {"environ", "putenv", "unsetenv", "load_dotenv"},
    "logging": {"setLevel", "basicConfig", "dictConfig", "fileConfig", "disable", "addHandler"},
    "warnings": {"filterwarnings", "simplefilter", "resetwarnings", "filters"},
    "path": {"path", "site", "addsitedir"},
}
_MISSING = object()


class Settings:
    """`begin` before a run, `changed` after it. Together well under 2 ms."""

    def __init__(self, namespace, is_ours):
        self._namespace = namespace
        self._is_ours = is_ours
        self._codes = ()
        self._tree = None
        self._before = {}
        self._loaded = frozenset()
        self._modules = {}
        self._fields = []

    def begin(self, code, reached):
        """`code`: the compiled cell, None without Python; `reached`: code objects of functions that it may call."""
        self._codes = (*(() if code is None else code.parts), *reached)
        self._tree = None if code is None else code.tree
        self._before = _take_all()
        self._loaded = frozenset(sys.modules)
        self._modules = self._modules_in_use()
        self._fields = self._class_fields()

    def changed(self):
        """The names of the settings that are not what they were."""
        new = sys.modules.keys() - self._loaded
        by_imports = bool(new) and not any(map(self._is_ours, new))
        words = self._words() if by_imports else set()
        now = _take_all()
        found = []
        for name, state in now.items():
            before = self._before.get(name)
            if before is None:
                before = _LATE[name]() if name in _LATE else state
            if state == before:
                continue
            if by_imports and name in _SIGNS and words.isdisjoint(_SIGNS[name]):
                continue
            found.append(name)
        found += sorted(f"module:{name}" for name in self._changed_modules(new))
        self._modules, self._fields, self._codes, self._tree = {}, [], (), None
        return found

    # Attributes of library modules and of their classes

    def _modules_in_use(self):
        """Library modules that names of the notebook hold or the code imports: id → (module, its dictionary)."""
        found = [
            value for value in self._namespace.names.values() if type(value) is types.ModuleType
        ]
        for code in self._codes:
            found += map(sys.modules.get, mentions_of(code).names)
        return {
            id(module): (module, dict(vars(module)))
            for module in found
            if isinstance(module, types.ModuleType)
            and module is not self._namespace.module
            and not self._is_ours(module.__name__)
        }

    def _stored(self):
        """Names of attributes that the code may store or delete."""
        return set().union(*(mentions_of(code).attributes for code in self._codes))

    def _words(self):
        """Every name in the code."""
        return set().union(*(mentions_of(code).names for code in self._codes))

    def _class_fields(self):
        """Attributes, that the code may store, of library classes that it names: (class, name, value)."""
        stored = self._stored()
        if not stored:
            return []
        words = self._words()
        classes = {
            names[word]
            for names in (self._namespace.names, *(names for _, names in self._modules.values()))
            for word in words & names.keys()
            if isinstance(names[word], type)
        }
        return [
            (kind, name, vars(kind).get(name, _MISSING))
            for kind in classes
            if not self._is_ours(kind.__module__)
            for name in stored
        ]

    def _changed_modules(self, new):
        stored = self._stored()
        found = set()
        for module, before in self._modules.values():
            now = vars(module)
            if len(now) == len(before) and all(map(operator.is_, now.values(), before.values())):
                continue
            if any(_counts(name, before, now, stored) for name in before.keys() | now):
                found.add(module.__name__)
        for kind, name, value in self._fields:
            if vars(kind).get(name, _MISSING) is not value:
                found.add(kind.__module__.partition(".")[0])
        if new and stored and self._tree is not None:
            found |= self._stored_into(new)
        return found

    def _stored_into(self, new):
        """Modules that the run has loaded and whose attributes, or those of whose classes, the cell stores in its own text."""
        found = set()
        for node in ast.walk(self._tree):
            if not isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Load):
                continue
            owner = _resolve(node.value, self._namespace.names)
            if isinstance(owner, types.ModuleType):
                name, shown = owner.__name__, owner.__name__
            elif isinstance(owner, type) and isinstance(owner.__module__, str):
                name, shown = owner.__module__, owner.__module__.partition(".")[0]
            else:
                continue
            if name in new and not self._is_ours(name):
                found.add(shown)
        return found


def _counts(name, before, now, stored):
    """Whether an attribute of a module was set by somebody, and not by an import or for the module's own use."""
    old, new = before.get(name, _MISSING), now.get(name, _MISSING)
    if old is new or name.startswith(("__", "last_")):
        return False
    if old is _MISSING and isinstance(new, types.ModuleType):
        return False
    if name in stored:
        return True
    return not (old is _MISSING or name.startswith("_") or _stores_itself(now, name))


def _stores_itself(names, name):
    """Whether functions of a module bind this global of it."""
    functions = [value for value in names.values() if type(value) is types.FunctionType]
    return any(
        name in mentions_of(function.__code__).stores
        for function in functions
        if function.__globals__ is names
    )


def _resolve(node, names):
    """The object that a dotted name means, without asking any object; None: not known."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _resolve(node.value, names)
        if isinstance(owner, types.ModuleType):
            return vars(owner).get(node.attr)
    return None


# Copies of settings


def _take_all():
    """The state of each setting whose library is loaded."""
    found = {}
    for name, (library, take) in _TAKE.items():
        if library not in sys.modules:
            continue
        try:
            found[name] = take(sys.modules[library])
        except Exception:
            # Half loaded, or not what it usually is: nothing is known.
            continue
    return found


def _plain(value):
    """What a value is compared by: itself if it is plain, the text of what libraries write as text, else its identity."""
    if type(value) in FLAT:
        return value
    if isinstance(value, (list, tuple, dict)) or type(value).__module__ == "cycler":
        return repr(value)
    return id(value)


def _pandas(pandas):
    found = {}
    waiting = [("", pandas._config.config._global_config)]
    while waiting:
        path, group = waiting.pop()
        for name, value in group.items():
            if type(value) is dict:
                waiting.append((f"{path}{name}.", value))
            else:
                found[path + name] = _plain(value)
    return found


def _fresh_pandas():
    options = sys.modules["pandas"]._config.config._registered_options
    return {name: _plain(option.defval) for name, option in options.items()}


def _matplotlib(matplotlib, name="rcParams"):
    items = dict.items(getattr(matplotlib, name))
    # The backend is chosen when the first figure is made.
    return {key: _plain(value) for key, value in items if not key.startswith("backend")}


def _numpy(numpy):
    options = numpy.get_printoptions()
    return {name: _plain(options.get(name, value)) for name, value in _NUMPY.items()}


def _context(context):
    traps = tuple(sorted(kind.__name__ for kind, on in context.traps.items() if on))
    limits = context.Emin, context.Emax, context.capitals, context.clamp
    return context.prec, context.rounding, limits, traps


def _decimal(decimal):
    return _context(decimal.getcontext()), _context(decimal.DefaultContext)


def _fresh_decimal():
    context = _context(sys.modules["decimal"].Context())
    return context, context


def _logging(logging):
    """Loggers that say nothing of their own are left out: every library makes some."""
    root = logging.root
    found = {"": _logger(root), "disabled": root.manager.disable}
    for name, logger in list(root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name not in _OUR_LOGGERS:
            state = _logger(logger)
            if state != _PLAIN_LOGGER:
                found[name] = state
    return found


_PLAIN_LOGGER = (0, True, False, (), ())


def _logger(logger):
    handlers = tuple(
        (id(handler), handler.level)
        for handler in logger.handlers
        if type(handler).__name__ != "NullHandler"
    )
    filters = tuple(map(id, logger.filters))
    return logger.level, logger.propagate, bool(logger.disabled), handlers, filters


def _environ(module):
    encoded = map(os.environ.encodekey, _OURS)
    found = dict(module.environ._data)
    for key in encoded:
        found.pop(key, None)
    return found


def _cwd(module):
    try:
        return module.getcwd()
    except OSError:
        return None


_TAKE = {
    "pandas": ("pandas", _pandas),
    "matplotlib": ("matplotlib", _matplotlib),
    "numpy": ("numpy", _numpy),
    "decimal": ("decimal", _decimal),
    "logging": ("logging", _logging),
    "environ": ("os", _environ),
    "cwd": ("os", _cwd),
    "path": ("sys", lambda module: list(module.path)),
    "warnings": ("warnings", lambda _: list(warnings.filters)),
    "locale": ("_locale", lambda module: module.setlocale(module.LC_ALL)),
}
# What a library has that was not loaded before the run.
_LATE = {
    "pandas": _fresh_pandas,
    "matplotlib": lambda: _matplotlib(sys.modules["matplotlib"], "rcParamsOrig"),
    "numpy": lambda: {name: _plain(value) for name, value in _NUMPY.items()},
    "decimal": _fresh_decimal,
    "logging": lambda: {"": (30, True, False, (), ()), "disabled": 0},
}

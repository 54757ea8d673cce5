"""The one module dictionary of the notebook. It is `__main__`, so pickling, `inspect` and dataclasses find classes of cells."""

import builtins
import sys
import types

_MODULE_NAMES = frozenset(
    (
        "__name__",
        "__doc__",
        "__package__",
        "__loader__",
        "__spec__",
        "__builtins__",
        "__annotations__",
        "__warningregistry__",
    )
)


class Namespace:
    def __init__(self):
        module = types.ModuleType("__main__", None)
        module.__dict__["__builtins__"] = builtins
        module.__dict__["__annotations__"] = {}
        sys.modules["__main__"] = module
        self.module = module
        self.names = module.__dict__
        self._predefined = {}

    def predefine(self, name, value):
        """Puts a name there that no cell has to define: `spark`, `dbutils`, `display`…"""
        self._predefined[name] = value
        self.names[name] = value

    def has_own(self, name):
        """Whether a name is there without any cell: predefined, or every module's."""
        return name in self._predefined or name in _MODULE_NAMES

    def user(self):
        """The names that cells have bound, with their values."""
        predefined = self._predefined
        return {
            name: value
            for name, value in self.names.items()
            if name not in _MODULE_NAMES
            and isinstance(name, str)
            and not (name in predefined and predefined[name] is value)
        }

    def set(self, values):
        """Makes `values` the names that there are, besides the predefined ones."""
        kept = {name: self.names[name] for name in _MODULE_NAMES if name in self.names}
        kept["__annotations__"] = {}
        self.names.clear()
        self.names.update(kept)
        self.names.update(self._predefined)
        self.names.update(values)

    def before_run(self):
        """A warning is shown once a run, not once a process."""
        self.names.pop("__warningregistry__", None)

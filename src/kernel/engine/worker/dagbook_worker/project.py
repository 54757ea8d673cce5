"""Which code is the notebook's own or its project's, and which a library's."""

import os
import sys
import types

_STANDARD = os.path.dirname(os.__file__) + os.sep


class ProjectCode:
    """Looks at loaded modules; `root` is the project's folder."""

    def __init__(self, root):
        self._root = os.path.realpath(root) + os.sep
        self._ours = {}
        self._owners = {}
        self._modules_seen = self._modules_known = -1
        self._names = []

    def is_ours(self, module):
        """Whether a module is the notebook or lies in the project's folder (and not in an environment there)."""
        if module == "__main__":
            return True
        known = self._ours.get(module)
        if known is None:
            found = sys.modules.get(module)
            file = None if found is None else vars(found).get("__file__")
            if file is None:
                return False
            known = False
            if isinstance(file, str) and not of_library(vars(found)):
                path = os.path.realpath(file)
                outside = sys.prefix + os.sep
                known = (
                    path.startswith(self._root)
                    and not path.startswith(outside)
                    and f"{os.sep}site-packages{os.sep}" not in path
                    and not path.startswith(os.path.dirname(__file__))
                )
            self._ours[module] = known
        return known

    def modules(self):
        """The names of the project's modules that are loaded, the notebook itself left out."""
        if len(sys.modules) != self._modules_known:
            self._modules_known = len(sys.modules)
            self._names = [
                name for name in list(sys.modules) if name != "__main__" and self.is_ours(name)
            ]
        return [name for name in self._names if name in sys.modules]

    def module_of(self, names):
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


def _is_dict_of(module, names):
    return isinstance(module, types.ModuleType) and module.__dict__ is names


def of_library(names):
    """Whether these are globals of a file of a library, though it is no module (any more)."""
    file = names.get("__file__")
    return isinstance(file, str) and (
        "site-packages" in file or file.startswith((_STANDARD, sys.prefix + os.sep))
    )

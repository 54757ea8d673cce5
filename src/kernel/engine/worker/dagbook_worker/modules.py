"""The state of the project's modules: what a run changed in them, beyond importing them.

Objects of a module are reached through any import of it, so they belong to the module and not to a name of the notebook.
"""

import functools
import importlib.machinery
import sys
import types

from .parts import Part
from .walk import Pass


class ProjectModules:
    """Looks at the loaded modules of the project before and after runs. Without any, it costs next to nothing."""

    def __init__(self, objects):
        self._objects = objects
        # name → (module, what can be reached from it)
        self._before = {}
        self._imported = set()
        self._depth = 0
        self._watch_imports()

    def begin(self, looks):
        """Before a run; `looks`: the Pass that is made then."""
        self._before = {}
        self._look_at(self._objects.project.modules(), looks)

    def changed(self, later):
        """After a run: the names of the modules that are not what they were, or not what their import had made of them, and the ids
        of the objects in them that changed."""
        before, self._before = self._before, {}
        names, changed = [], set()
        for name, (module, parts) in before.items():
            ids = {key for key, (item, part) in parts.items() if not _same(part, later.look(item))}
            if ids or sys.modules.get(name) is not module:
                names.append(name)
                changed |= ids
        return sorted(names), changed

    def _watch_imports(self):
        """A module that a run imports is looked at once it, and all that is imported with it, are loaded."""
        loader = importlib.machinery.SourceFileLoader
        plain = loader.exec_module

        @functools.wraps(plain)
        def exec_module(this, module):
            self._depth += 1
            try:
                plain(this, module)
                self._imported.add(module.__name__)
            finally:
                self._depth -= 1
                if self._depth == 0:
                    imported, self._imported = self._imported, set()
                    ours = [name for name in imported if self._objects.project.is_ours(name)]
                    if ours:
                        self._look_at(ours, Pass(self._objects))

        loader.exec_module = exec_module

    def _look_at(self, names, looks):
        for name in names:
            module = sys.modules.get(name)
            # What was there before the run and is loaded again is changed by that.
            if module is not None and name not in self._before:
                self._before[name] = module, _reach(module, looks)


def _same(part, now):
    return type(now) is Part and part.same(now)


def _reach(module, looks):
    """Everything that can be reached from a module without going through another: id → (object, Part)."""
    found, stack = {}, [module]
    while stack:
        item = stack.pop()
        if id(item) in found or (isinstance(item, types.ModuleType) and item is not module):
            continue
        part = looks.look(item)
        if type(part) is Part:
            found[id(item)] = item, part
            stack += part.children
            stack += part.links
    return found

"""Temp views of a run. Each definition is kept as user code gave it, and the view is made anew where a run sees other tables.

What plain Spark does (tried): a view shows its tables as they are when it is read, also after DROP and CREATE. A view made by SQL
looks up other views when it is read; a view made from a frame keeps those that it was made with.
"""


class SqlView:
    """A view made by `CREATE TEMP VIEW`; `statement` begins with CREATE OR REPLACE."""

    def __init__(self, statement, namespace):
        self.statement, self.namespace = statement, namespace


class FrameView:
    """A view made by `createOrReplaceTempView`: its plan with the user's names, and the views that it names."""

    def __init__(self, plan, namespace, above):
        self.plan, self.namespace, self.above = plan, namespace, above


class Views:
    """`make(name, definition)` maps the definition for this run; it returns a signature and a function that creates the view."""

    def __init__(self, make, remove):
        self._make, self._remove = make, remove
        self._definitions = {}
        self._latest = {}
        self._now = {}
        self._installed = {}
        self._changed = {}
        self._making = []

    def begin(self, views):
        """Before a run. `views`: name → run that defined it; None: what earlier runs of this process left. Returns what is missing."""
        if views is None:
            self._now = dict(self._latest)
            missing = []
        else:
            found = {
                name.lower(): self._definitions.get((name.lower(), run))
                for name, run in views.items()
            }
            missing = sorted(name for name, definition in found.items() if definition is None)
            self._now = {
                name: definition for name, definition in found.items() if definition is not None
            }
        self._changed = {}
        return missing

    def finish(self, run):
        """After a run: what it defined and dropped."""
        for name in self._changed:
            definition = self._now.get(name)
            if definition is not None:
                self._definitions[name, run] = definition
        self._latest = dict(self._now)
        return [{"name": name, "dropped": name not in self._now} for name in self._changed]

    def forget_engine(self):
        self._installed.clear()

    def names(self):
        """Every name that is a view here, or is one in the engine."""
        return set(self._now) | set(self._installed)

    def visible(self, name):
        return name in self._now

    def snapshot(self):
        return dict(self._now)

    def define(self, name, definition, signature):
        """A view is being made by the user's own command. Returns what undoes it, should the command fail."""
        before = self._now.get(name), self._changed.get(name)
        self._now[name] = definition
        self._installed[name] = (definition, signature)
        self._changed[name] = True

        def undo():
            self._installed.pop(name, None)
            _restore(self._now, name, before[0])
            _restore(self._changed, name, before[1])

        return undo

    def drop(self, name):
        """A view is being dropped by the user's own command."""
        self.ensure(name)
        if self._now.pop(name, None) is not None:
            self._changed[name] = True
        self._installed.pop(name, None)

    def ensure(self, name):
        """The engine's view of this name is the one that this run sees."""
        if name in self._making:
            return
        definition = self._now.get(name)
        if definition is None:
            if self._installed.pop(name, None) is not None:
                self._remove(name)
            return
        self._making.append(name)
        now = self._now
        try:
            if isinstance(definition, FrameView):
                self._now = definition.above
            signature, create = self._make(name, definition)
            if self._installed.get(name) != (definition, signature):
                create()
                self._installed[name] = (definition, signature)
        finally:
            self._now = now
            self._making.pop()


def _restore(where, name, value):
    if value is None:
        where.pop(name, None)
    else:
        where[name] = value

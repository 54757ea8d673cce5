"""`dbutils` of a notebook, as far as this machine has what it needs; the rest refuses in words."""

import json

from .files import Files


class InputWidgetNotDefined(Exception):
    """A parameter that no widget declares and nobody passed."""


class NotHere(Exception):
    """Something that only exists on Databricks."""


class NotebookExit(BaseException):
    """Leaves the notebook; no `except Exception` stops it."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


class DBUtils:
    def __init__(self, link, streams):
        self.widgets = Widgets()
        self.notebook = _Notebook(link)
        self.jobs = _Jobs(link, streams)
        self.fs = Files()
        self.secrets = _Refusing("dbutils.secrets", "Read it from an environment variable here.")
        self.library = _Library()
        self.data = _Refusing("dbutils.data", "Use display(df) and df.describe().")
        self.credentials = _Refusing("dbutils.credentials", "")


class Widgets:
    """Parameters. What the run was given wins over the default that a widget declares."""

    def __init__(self):
        self._declared = {}
        self._given = {}
        self._known = set()
        self._read = {}

    def begin(self, given):
        """Before a run: the values of the parameters. A widget whose parameter is not there any more is gone."""
        for name in self._known - given.keys():
            self._declared.pop(name, None)
        self._known = set(given)
        self._given = dict(given)
        self._read = {}

    def read(self):
        """The parameters that the run has read, with their values."""
        return [{"name": name, "value": value} for name, value in self._read.items()]

    def values(self):
        """Every parameter that there is, with its value."""
        # The order of the notebook, not the one in which this process came to know them.
        return {**self._given, **{k: v for k, v in self._declared.items() if k not in self._given}}

    def note(self, name):
        """Says that the run reads a parameter, if there is one of that name."""
        values = self.values()
        if name in values:
            self._read[name] = values[name]

    def text(self, name, defaultValue, label=None):
        self._declared[str(name)] = str(defaultValue)

    def dropdown(self, name, defaultValue, choices=(), label=None):
        self._declared[str(name)] = str(defaultValue)

    combobox = dropdown
    multiselect = dropdown

    def get(self, name):
        values = self.values()
        if name not in values:
            raise InputWidgetNotDefined(
                f"No input widget named {name} is defined. Declare it above with dbutils.widgets.text."
            )
        self._read[name] = values[name]
        return values[name]

    def getArgument(self, name, defaultValue=None):
        return self.get(name) if name in self.values() or defaultValue is None else defaultValue

    def getAll(self):
        return {name: self.get(name) for name in self.values()}

    def remove(self, name):
        self._declared.pop(name, None)

    def removeAll(self):
        self._declared.clear()


class _Notebook:
    def __init__(self, link):
        self._link = link

    def exit(self, value=""):
        raise NotebookExit("" if value is None else str(value))

    def run(self, path, timeout_seconds=0, arguments=None):
        given = {str(name): str(value) for name, value in (arguments or {}).items()}
        path, timeout = str(path), float(timeout_seconds or 0)
        return self._link.ask("notebook", path=path, timeout=timeout, arguments=given)


class _Jobs:
    def __init__(self, link, streams):
        self.taskValues = _TaskValues(link, streams)


class _TaskValues:
    def __init__(self, link, streams):
        self._link = link
        self._streams = streams

    def set(self, key, value):
        body = json.dumps(value, allow_nan=False).encode()
        self._streams.send({"op": "taskValue", "key": str(key)}, body)

    def get(self, taskKey, key, default=None, debugValue=None):
        answer = self._link.ask("taskValue", task=str(taskKey), key=str(key))
        if answer is not None:
            return answer["value"]
        for value in (debugValue, default):
            if value is not None:
                return value
        raise ValueError(
            f"The task {taskKey!r} has set no value {key!r}. Give default= or debugValue=."
        )


class _Library:
    def restartPython(self):
        print("restartPython is not needed here: new packages can be imported at once.")


class _Refusing:
    def __init__(self, name, hint):
        self._name = name
        self._hint = hint

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise NotHere(f"{self._name} is not there on this machine. {self._hint}".rstrip())

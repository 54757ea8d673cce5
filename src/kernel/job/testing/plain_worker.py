"""Runs cells in the plainest way: one dictionary, `exec`, and the `dbutils` that jobs use.

For tests. Reads one JSON request a line, writes JSON lines: events, and at last `{"state": …}`.
"""

import json
import os
import sys
import traceback

out = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def send(**message):
    out.write(json.dumps(message) + "\n")


class Exit(BaseException):
    pass


class Widgets:
    declared = {}
    given = {}

    def text(self, name, default, label=None):
        self.declared[name] = default

    def get(self, name):
        return {**self.declared, **self.given}[name]


class TaskValues:
    def set(self, key, value):
        send(event="set", key=key, value=value)

    def get(self, taskKey, key):
        send(event="get", task=taskKey, key=key)
        return json.loads(sys.stdin.readline())["value"]


class Notebook:
    def exit(self, value=""):
        raise Exit(value)


class Dbutils:
    widgets = Widgets()
    notebook = Notebook()
    jobs = type("Jobs", (), {"taskValues": TaskValues()})()


def show(value):
    print(value)


scope = {"__name__": "__main__", "dbutils": Dbutils(), "display": show}
for line in iter(sys.stdin.readline, ""):
    request = json.loads(line)
    Widgets.given = request["parameters"]
    try:
        exec(compile(request["source"], "<cell>", "exec"), scope)
        send(state="ok")
    except Exit as left:
        send(state="exited", exit=str(left))
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        where = [frame.lineno for frame in frames if frame.filename == "<cell>"]
        line_number = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
        send(
            state="failed",
            name=type(error).__name__,
            message=str(error),
            line=where[0] if where else line_number,
        )

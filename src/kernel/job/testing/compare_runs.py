"""Runs notebooks twice: from top to bottom, and as the tasks of a job, each in its own process.

For tests. Reads a notebook a line: `{"cells": [source], "tasks": [task], "root"}`, where a task is
`{"key", "cells": [source], "parameters"}`, in the order in which they shall run. Writes what the
cells printed, line by line: `{"plain", "job", "error", "failed"}`.
"""

import io
import json
import os
import sys
import traceback

try:
    import cloudpickle  # noqa: F401  (once, not in every process)
except ImportError:
    pass

VALUES = {}


class Widgets:
    def __init__(self, given):
        self.given = given
        self.declared = {}

    def text(self, name, default, label=None):
        self.declared[name] = default

    def get(self, name):
        return {**self.declared, **self.given}[name]


class TaskValues:
    def __init__(self, task, made):
        self.task = task
        self.made = made

    def set(self, key, value):
        self.made[self.task + "/" + key] = value

    def get(self, taskKey, key):
        return {**VALUES, **self.made}[taskKey + "/" + key]


class Exit(BaseException):
    pass


class Notebook:
    def exit(self, value=""):
        raise Exit(value)


class Dbutils:
    def __init__(self, task, parameters, made):
        self.widgets = Widgets(parameters)
        self.notebook = Notebook()
        self.jobs = type("Jobs", (), {"taskValues": TaskValues(task, made)})()


def in_own_process(run):
    """What `run` returns, from a fork of this process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as out:
            json.dump(run(), out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def run_cells(cells, task, parameters, root):
    made = {}
    said = io.StringIO()
    error = None
    os.chdir(root)
    sys.stdout = said
    scope = {"__name__": "__main__", "dbutils": Dbutils(task, parameters, made), "display": print}
    try:
        for source in cells:
            exec(compile(source, "<cell>", "exec"), scope)
    except Exit:
        pass
    except BaseException:
        error = traceback.format_exc()
    return {"said": said.getvalue().splitlines(), "made": made, "error": error}


for line in iter(sys.stdin.readline, ""):
    notebook = json.loads(line)
    VALUES.clear()
    plain = in_own_process(lambda: run_cells(notebook["cells"], "", {}, notebook["root"]))
    told = {"plain": plain["said"], "job": [], "error": plain["error"], "failed": None}
    if plain["error"] is None:
        for task in notebook["tasks"]:
            own = (task["cells"], task["key"], task["parameters"], notebook["root"])
            ended = in_own_process(lambda: run_cells(*own))
            told["job"] += ended["said"]
            VALUES.update(ended["made"])
            if ended["error"] is not None:
                told["failed"] = "%s: %s" % (task["key"], ended["error"])
                break
    print(json.dumps(told), flush=True)

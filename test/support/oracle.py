"""The oracle: runs cells in order in one fresh process with none of our machinery, and tells what each printed.

Reads lines of JSON `{"cells": [source, ...], "parameters": {name: value}}` and answers each with `{"printed": [text | null, ...]}`: null for a cell
that raised. A cell that raises defines nothing, so the run starts over without it. Each run is a process of its own.
"""

import contextlib
import io
import json
import os
import sys
import types


class Widgets:
    """As much of `dbutils.widgets` as the cells of properties use."""

    def __init__(self, parameters):
        self.parameters, self.values = parameters, {}

    def text(self, name, default):
        self.values[name] = self.parameters.get(name, default)

    def get(self, name):
        return self.values[name]


def run(cells, skipped, parameters):
    """Runs all cells but the skipped ones; answers what each printed, or the index of the first that raised."""
    dbutils = types.SimpleNamespace(widgets=Widgets(parameters))
    names = {"__name__": "__main__", "__builtins__": __builtins__, "dbutils": dbutils}
    printed = {}
    for index, source in enumerate(cells):
        if index in skipped:
            continue
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                exec(compile(source, f"<cell {index}>", "exec", dont_inherit=True), names)
        except BaseException:
            return {"raised": index}
        printed[index] = out.getvalue()
    return {"printed": printed}


def in_fresh_process(*asked):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as pipe:
            json.dump(run(*asked), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = json.load(pipe)
    os.waitpid(child, 0)
    return answer


for line in sys.stdin:
    asked = json.loads(line)
    cells, parameters = asked["cells"], asked["parameters"]
    skipped = set()
    answer = in_fresh_process(cells, skipped, parameters)
    while "raised" in answer:
        skipped.add(answer["raised"])
        answer = in_fresh_process(cells, skipped, parameters)
    texts = [answer["printed"].get(str(index)) for index in range(len(cells))]
    print(json.dumps({"printed": texts}), flush=True)

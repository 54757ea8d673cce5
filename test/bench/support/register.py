"""How long marimo takes to register cells. Reads {"cells": [source…], "times": n} from stdin; prints {"ms": [n figures], "mb": memory}."""

import json
import resource
import sys
import time

from marimo._ast.compiler import compile_cell
from marimo._runtime.dataflow import DirectedGraph


def register(cells):
    graph = DirectedGraph()
    for index, source in enumerate(cells):
        graph.register_cell(str(index), compile_cell(source, cell_id=str(index)))
    return graph


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


wanted = json.load(sys.stdin)
before = megabytes()
taken, memory = [], 0.0
for _ in range(wanted["times"]):
    started = time.perf_counter()
    kept = register(wanted["cells"])
    taken.append((time.perf_counter() - started) * 1000)
    memory = memory or megabytes() - before
print(json.dumps({"ms": taken, "mb": memory}))

"""Tells which edges marimo finds between cells.

Reads notebooks from stdin, one JSON list of sources per line. Answers each with {"edges": [[from, to]…]} or
{"refused": why}.
"""

import json
import sys

from marimo._ast.compiler import compile_cell
from marimo._runtime.dataflow import DirectedGraph


def edges(cells):
    graph, made = DirectedGraph(), {}
    for index, source in enumerate(cells):
        cell = compile_cell(source, cell_id=f"c{index}")
        for name in cell.defs:
            if name in made:
                return {"refused": f"{name} is defined in two cells"}
            made[name] = index
        graph.register_cell(f"c{index}", cell)
    if graph.cycles:
        return {"refused": "a cycle"}
    found = [(int(a[1:]), int(b[1:])) for a, below in graph.children.items() for b in below]
    return {"edges": sorted(found)}


for line in sys.stdin:
    try:
        answer = edges(json.loads(line))
    except Exception as error:
        answer = {"refused": f"{type(error).__name__}: {error}".splitlines()[0]}
    print(json.dumps(answer), flush=True)

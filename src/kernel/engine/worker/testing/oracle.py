"""The oracle: runs the cells of a notebook top to bottom with plain `exec`, in a fresh fork. JSON lines in and out.

A cell that fails defines nothing: the others are run again without it.
"""

import ast
import json
import os
import sys
import types


def run(cells):
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    names = module.__dict__
    results = []
    for cell in cells:
        if cell is None:
            results.append(None)
            continue
        try:
            tree = ast.parse(cell)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<cell>", "exec", dont_inherit=True), names)
            value = None
            if last is not None:
                code = compile(ast.Expression(last.value), "<cell>", "eval", dont_inherit=True)
                value = eval(code, names)
            results.append("" if value is None else repr(value))
        except Exception as error:
            return results, f"{type(error).__name__}: {error}"
    return results, None


def run_in_fork(cells):
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        answer = json.dumps(run(cells)).encode()
        while answer:
            answer = answer[os.write(into, answer) :]
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer)


def main():
    for line in sys.stdin:
        cells = json.loads(line)
        failed = {}
        results, error = run_in_fork(cells)
        while error is not None:
            failed[len(results)] = error
            cells[len(results)] = None
            results, error = run_in_fork(cells)
        answer = [failed.get(at, value) for at, value in enumerate(results)]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()

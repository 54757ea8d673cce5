"""For the tests: runs cells with the worker's Spark modules, without the worker's loop. Lines of JSON in, lines of JSON out."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "worker"))

from dagbook_worker import spark as engine  # noqa: E402

out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def tell(value):
    out.write(json.dumps(value, default=str) + "\n")
    out.flush()


def ask(what, **fields):
    tell({"ask": what, **fields})
    answer = json.loads(sys.stdin.readline())
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["value"]


names = {}
for line in sys.stdin:
    request = json.loads(line)
    spark = engine.connect(request["address"])
    shown = []
    names.update(spark=spark, show=lambda value: shown.append(value), engine=engine)
    names["rows"] = lambda frame: shown.append([list(row) for row in frame.collect()])
    names["sql"] = lambda text, **parameters: engine.run_sql(text, parameters)
    missing = engine.begin(
        lambda table, write: ask("place", table=table, write=write),
        request["tables"],
        request["views"],
        request["run"],
        lambda **question: ask("rewrite", **question),
        lambda: ask("tables"),
    )
    error = None
    try:
        exec(compile(request["code"], "<cell>", "exec"), names)
    except Exception as raised:
        error = engine.explain(raised) or (type(raised).__name__, str(raised), None, None)
    tell({"shown": shown, "error": error, "missing": missing, **engine.finish()})
os._exit(0)

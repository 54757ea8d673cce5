import { beforeAll, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import { contextWith, graphOfCells, graphText } from './orchestration.testing.ts'

beforeAll(() => loadSql())

const pool = 'from concurrent.futures import ThreadPoolExecutor, as_completed\n'

// Cells (`---` between them) → notebooks, then the order among them with its reasons.
const cases: readonly [string, string][] = [
  // in a row
  ['dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./b", 60)', 'a b'],
  ['dbutils.notebook.run("./a", 60)\n---\ndbutils.notebook.run("./b", 60)', 'a b'],
  ['dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./c", 60)', 'a c a>c:table'],
  ['dbutils.notebook.run("./c", 60)\ndbutils.notebook.run("./a", 60)', 'c a c>a:table'],
  ['dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./a", 60)', 'a a_2 a>a_2:table'],
  ['dbutils.notebook.run(path="./a", timeout_seconds=0)\ndbutils.notebook.run(timeout_seconds=0, path="b")', 'a b'],
  ['dbutils.notebook.run("./a.py", 60)\ndbutils.notebook.run("../b", 60)', 'a b'],
  ['run = dbutils.notebook.run\nrun("./a", 60)\nrun("./c", 60)', 'a c a>c:table'],
  ['nb = dbutils.notebook\nnb.run("./a", 60)\nnb.run("./b", 60)', 'a b'],
  ['dbutils.notebook.run("./f", 60)\ndbutils.notebook.run("./a", 60)', 'f a'],
  ['dbutils.notebook.run("./f", 60)\ndbutils.notebook.run("./f", 60)', 'f f_2 f>f_2:path'],
  // what is not known is ordered
  ['dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./gone", 60)\ndbutils.notebook.run("./b", 60)',
    'a gone b a>gone:table gone>b:table'],
  ['dbutils.notebook.run("./a", 60)\ndbutils.notebook.run(somewhere, 60)', 'a ? a>somewhere:table'.replace('somewhere', 'notebook')],
  // results
  ['r = dbutils.notebook.run("./a", 60)\nif r == "ok":\n  dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['r = dbutils.notebook.run("./a", 60)\n---\nif r == "ok":\n  dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['r = dbutils.notebook.run("./a", 60)\ns = r.strip().lower()\n---\ngood = s == "ok"\n---\nif not good:\n  raise ValueError(r)\n---\ndbutils.notebook.run("./b", 60)',
    'a b a>b:control'],
  ['r = dbutils.notebook.run("./a", 60)\nassert r == "ok"\ndbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['r = dbutils.notebook.run("./a", 60)\nif r == "no":\n  dbutils.notebook.exit("stop")\n---\ndbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['r = dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./b", 60, {"x": r})', 'a b a>b:value'],
  ['dbutils.notebook.run("./b", 60, {"x": dbutils.notebook.run("./a", 60)})', 'a b a>b:value'],
  ['r = dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./b", 60, {"x": f"got {r}"})', 'a b a>b:value'],
  ['r = dbutils.notebook.run("./a", 60)\nargs = {}\nargs["x"] = r\ndbutils.notebook.run("./b", 60, args)', 'a b a>b:value'],
  ['all = []\nall.append(dbutils.notebook.run("./a", 60))\nall.append(dbutils.notebook.run("./b", 60))\nprint(all)', 'a b'],
  ['all = []\nall.append(dbutils.notebook.run("./a", 60))\nother = all\ndbutils.notebook.run("./b", 60, {"n": str(len(other))})', 'a b a>b:value'],
  ['r = dbutils.notebook.run("./a", 60)\nprint(r)\nr = "x"\ndbutils.notebook.run("./b", 60, {"x": r})', 'a b'],
  ['x = dbutils.notebook.run("./b", 60) if dbutils.notebook.run("./a", 60) == "ok" else None', 'a b a>b:control'],
  ['dbutils.notebook.run("./a", 60) == "ok" and dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['match dbutils.notebook.run("./a", 60):\n  case "ok":\n    dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['while dbutils.notebook.run("./a", 60) != "ok":\n  dbutils.notebook.run("./b", 60)', 'a* b* a>b:control'],
  ['import json\nr = json.loads(dbutils.notebook.run("./a", 60))\nfor row in r["files"]:\n  dbutils.notebook.run("./b", 60, {"f": row})', 'a b* a>b:value'],
  // failures
  ['try:\n  dbutils.notebook.run("./a", 60)\nexcept Exception:\n  dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['try:\n  dbutils.notebook.run("./a", 60)\nfinally:\n  dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['try:\n  dbutils.notebook.run("./a", 60)\nexcept Exception as e:\n  print(e)\ndbutils.notebook.run("./b", 60)', 'a b'],
  ['ok = True\ntry:\n  dbutils.notebook.run("./a", 60)\nexcept Exception:\n  ok = False\nif ok:\n  dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['def go(path, retries=3):\n  tries = 0\n  while True:\n    try:\n      return dbutils.notebook.run(path, 60)\n    except Exception as e:\n      if tries > retries:\n        raise e\n      tries += 1\ngo("./a")\ngo("./b", retries=5)',
    'a* b*'],
  ['def go(path):\n  for attempt in range(3):\n    try:\n      return dbutils.notebook.run(path, 60)\n    except Exception:\n      print("again")\ngo("./a")\ngo("./b")', 'a* b*'],
  // loops over what the text says
  ['for n in ["./a", "./b", "./c"]:\n  dbutils.notebook.run(n, 60)', 'a b c a>c:table'],
  ['for n in ("a", "b"):\n  dbutils.notebook.run(f"./{n}", 60)', 'a b'],
  ['root = "."\nnames = ["a", "b"]\n---\nfor n in names:\n  print(n)\n  dbutils.notebook.run(root + "/" + n, 60)', 'a b'],
  ['for i, n in enumerate(["./a", "./b"], 1):\n  print(i)\n  dbutils.notebook.run(n, 60)', 'a b'],
  ['for n, t in zip(["./a", "./b"], [60, 120]):\n  dbutils.notebook.run(n, t)', 'a b'],
  ['for n, t in {"./a": 60, "./b": 120}.items():\n  dbutils.notebook.run(n, t)', 'a b'],
  ['for n in {"./a": 60, "./b": 120}:\n  dbutils.notebook.run(n, 60)', 'a b'],
  ['for job in [{"path": "./a", "args": {"x": "1"}}, {"path": "./b", "args": {}}]:\n  dbutils.notebook.run(job["path"], 60, job["args"])', 'a b'],
  ['for n in ["./a", "./b"]:\n  r = dbutils.notebook.run(n, 60)\n  if r != "ok":\n    break', 'a b a>b:control'],
  ['last = ""\nfor n in ["./a", "./b"]:\n  last = dbutils.notebook.run(n, 60, {"before": last})', 'a b a>b:value'],
  ['results = {}\nfor n in ["./a", "./b"]:\n  results[n] = dbutils.notebook.run(n, 60)\nprint(results)', 'a b'],
  ['[dbutils.notebook.run(n, 60) for n in ["./a", "./b"]]', 'a b'],
  ['results = [dbutils.notebook.run(n, t) for n, t in [("./a", 1), ("./c", 2)]]', 'a c a>c:table'],
  ['results = {n: dbutils.notebook.run(n, 60) for n in ("./a", "./b")}', 'a b'],
  ['total = sum(int(dbutils.notebook.run(n, 60)) for n in ["./a", "./b"])', 'a b'],
  ['list(map(lambda n: dbutils.notebook.run(n, 60), ["./a", "./b"]))', 'a b'],
  ['for n in names:\n  dbutils.notebook.run(n, 60)', '?*'],
  ['for d in dates:\n  dbutils.notebook.run("./b", 60, {"d": d})\ndbutils.notebook.run("./a", 60)', 'b* a'],
  // pools
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  ex.map(lambda n: dbutils.notebook.run(n, 60), ["./a", "./b"])`, 'a b'],
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  r = list(ex.map(dbutils.notebook.run, ["./a", "./b"], [60, 60]))`, 'a b'],
  [`${pool}def go(n):\n  return dbutils.notebook.run(n, 60)\nwith ThreadPoolExecutor(4) as ex:\n  fs = [ex.submit(go, n) for n in ["./a", "./b"]]\n  for f in as_completed(fs):\n    print(f.result())`, 'a b'],
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  fs = [ex.submit(dbutils.notebook.run, n, timeout_seconds=60) for n in ["./a", "./b"]]`, 'a b'],
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  one = ex.submit(dbutils.notebook.run, "./a", 60)\n  two = ex.submit(dbutils.notebook.run, "./b", 60, {"x": one.result()})`, 'a b a>b:value'],
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  one = ex.submit(dbutils.notebook.run, "./a", 60)\n  two = ex.submit(dbutils.notebook.run, "./b", 60)\nif one.result() == "ok":\n  dbutils.notebook.run("./d", 60)`, 'a b d a>d:control'],
  [`${pool}from functools import partial\ngo = partial(dbutils.notebook.run, timeout_seconds=60)\n---\nwith ThreadPoolExecutor(4) as ex:\n  ex.map(go, ["./a", "./b"])`, 'a b'],
  ['from multiprocessing.pool import ThreadPool\nThreadPool(4).map(lambda n: dbutils.notebook.run(n, 60), ["./a", "./c"])', 'a c a>c:table'],
  ['from multiprocessing.pool import ThreadPool\nwith ThreadPool(4) as p:\n  p.starmap(dbutils.notebook.run, [("./a", 60), ("./b", 60, {"x": "1"})])', 'a b'],
  ['from multiprocessing.pool import ThreadPool\np = ThreadPool(4)\nfor n in ["./a", "./b"]:\n  p.apply_async(dbutils.notebook.run, (n, 60))\np.close()\np.join()', 'a b'],
  ['from multiprocessing.dummy import Pool\nPool(2).imap_unordered(lambda x: dbutils.notebook.run(x["p"], x["t"]), [{"p": "./a", "t": 1}, {"p": "./b", "t": 2}])', 'a b'],
  ['import threading\nts = [threading.Thread(target=dbutils.notebook.run, args=(n, 60)) for n in ["./a", "./b"]]\nfor t in ts:\n  t.start()', 'a b'],
  ['import concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor() as ex:\n  fs = {ex.submit(dbutils.notebook.run, n, 60): n for n in ["./a", "./b"]}\n  for f in concurrent.futures.as_completed(fs):\n    print(fs[f], f.result())', 'a b'],
  [`${pool}with ThreadPoolExecutor() as ex:\n  ex.map(dbutils.notebook.run, paths)`, '?*'],
  ['import joblib\njoblib.Parallel(4)(joblib.delayed(dbutils.notebook.run)(n, 60) for n in ["./a", "./b"])', 'a b'],
  ['def go(n):\n  return dbutils.notebook.run(n, 60)\nimport asyncio\nawait asyncio.gather(*[asyncio.to_thread(go, n) for n in ["./a", "./b"]])', 'a b'],
  ['someone.calls(dbutils.notebook.run)\ndbutils.notebook.run("./a", 60)', '? a notebook>a:table'],
  // classes
  ['class Job:\n  def __init__(self, path, timeout=60):\n    self.path = path\n    self.timeout = timeout\n  def run(self):\n    return dbutils.notebook.run(self.path, self.timeout)\nfor job in [Job("./a"), Job("./b", 5)]:\n  job.run()', 'a b'],
  // parameters
  ['dbutils.notebook.run("./p", 60, {"out": "1"})\ndbutils.notebook.run("./p", 60, {"out": "2"})', 'p p_2'],
  ['dbutils.notebook.run("./p", 60, {"out": "1"})\ndbutils.notebook.run("./p", 60, {"out": "1"})', 'p p_2 p>p_2:table'],
  ['dbutils.notebook.run("./p", 60)\ndbutils.notebook.run("./q", 60, {"out": "x"})', 'p q p>q:table'],
  ['dbutils.notebook.run("./p", 60)\ndbutils.notebook.run("./q", 60, {"out": "y"})', 'p q'],
  ['dbutils.notebook.run("./p", 60, {"out": unknown})\ndbutils.notebook.run("./a", 60)', 'p a p>a:table'],
  ['dbutils.notebook.run("./p", 60, unknown)\ndbutils.notebook.run("./a", 60)', 'p a p>a:table'],
  ['dbutils.widgets.text("o", "7")\no = dbutils.widgets.get("o")\ndbutils.notebook.run("./p", 60, {"out": o})\ndbutils.notebook.run("./q", 60, {"out": "7"})', 'p q p>q:table'],
  ['for i in range(3):\n  dbutils.notebook.run("./p", 60, {"out": i})', 'p p_2 p_3'],
  // between the calls
  ['dbutils.notebook.run("./a", 60)\nspark.sql("INSERT INTO log SELECT count(*) FROM ta")\nspark.table("log").write.mode("append").saveAsTable("src")\ndbutils.notebook.run("./b", 60)', 'a b a>b:table'],
  ['dbutils.notebook.run("./a", 60)\n---\nn = spark.table("ta").count()\n---\nif n > 0:\n  dbutils.notebook.run("./b", 60)', 'a b a>b:control'],
  ['dbutils.notebook.run("./a", 60)\ndf = spark.table("ta")\n---\nn = df.count()\n---\ndbutils.notebook.run("./b", 60, {"n": str(n)})', 'a b a>b:value'],
  ['dbutils.notebook.run("./a", 60)\n---\n# MAGIC %sql\n# MAGIC INSERT INTO src SELECT * FROM ta\n---\ndbutils.notebook.run("./b", 60)', 'a b a>b:table'],
  ['dbutils.notebook.run("./a", 60)\nprint("done")\ndbutils.notebook.run("./b", 60)', 'a b'],
  // %run, nested
  ['# MAGIC %run ./helpers\n---\ngo("./a")\n---\ngo("./b")', 'a b'],
  ['# MAGIC %run ./ab\n---\ndbutils.notebook.run("./c", 60)', 'a b c a>c:table'],
  ['dbutils.notebook.run("./ab", 60)\ndbutils.notebook.run("./c", 60)\ndbutils.notebook.run("./d", 60)', 'ab c d ab>c:table'],
] // prettier-ignore

test.each(cases)('%s → %s', (cells, expected) => {
  expect(graphText(graphOfCells(cells.split('\n---\n')))).toBe(expected)
})

test('a notebook that calls itself is told and ends', () => {
  const context = contextWith({ self: 'dbutils.notebook.run("./self", 60)' })
  expect(graphText(graphOfCells(['dbutils.notebook.run("./self", 60)'], context))).toBe('self')
})

test('an edge says where in the text both calls stand, and for which table', () => {
  const source = 'dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./c", 60)'
  const [edge] = graphOfCells([source]).edges
  expect(edge?.reasons).toEqual([
    {
      kind: 'table',
      resource: 'table:main.default.ta',
      order: 'read-after-write',
      from: { start: 0, end: 31 },
      to: { start: 32, end: 63 },
    },
  ])
})

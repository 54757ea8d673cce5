import { beforeAll, expect, test } from 'vitest'
import { loadSql, notebookCalls } from '../analysis/index.ts'
import { convertWorkflow } from './convert.ts'
import { hiddenWorkflows, workflowFix } from './hidden-workflow.ts'
import { notebookGraph } from './notebook-graph.ts'
import { contextWith, graphText, notebookOf } from './orchestration.testing.ts'

beforeAll(() => loadSql())

const pool = 'from concurrent.futures import ThreadPoolExecutor, as_completed\n'
const retry =
  'def go(path):\n  for attempt in range(3):\n    try:\n      return dbutils.notebook.run(path, 60)\n    except Exception:\n      print("again")\n'

// The cell → the cells that take its place, each `title: code`, between `|`; or why not.
const cases: readonly [string, string][] = [
  ['dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./b", 60)', 'a: dbutils.notebook.run("./a", 60) | b: dbutils.notebook.run("./b", 60)'],
  ['# why\ndbutils.notebook.run("./a", 60)  # soon\n\n# and\nr = dbutils.notebook.run("./b", 60); print(r)', 'a: # why\ndbutils.notebook.run("./a", 60)  # soon | b: # and\nr = dbutils.notebook.run("./b", 60); print(r)'],
  ['x = load()\ndbutils.notebook.run("./a", 60, {"x": x})\nsave(x)\ndbutils.notebook.run("./b", 60)', 'x = load() | a: dbutils.notebook.run("./a", 60, {"x": x}) | save(x) | b: dbutils.notebook.run("./b", 60)'],
  ['for n in ["./a", "./b"]:\n  dbutils.notebook.run(n, 60)', 'a: dbutils.notebook.run("./a", 60) | b: dbutils.notebook.run("./b", 60)'],
  ['for n, t in zip(["./a", "./b"], [1, 2]):\n  dbutils.notebook.run(n, t, {"t": str(t)})', 'a: dbutils.notebook.run("./a", 1, {"t": "1"}) | b: dbutils.notebook.run("./b", 2, {"t": "2"})'],
  ['for n in ["./a", "./b"]:\n  log_to_server(n)\n  dbutils.notebook.run(n, 60)', 'a: n = "./a"\nlog_to_server(n)\ndbutils.notebook.run(n, 60) | b: n = "./b"\nlog_to_server(n)\ndbutils.notebook.run(n, 60)'],
  ['results = [dbutils.notebook.run(n, 60) for n in ["./a", "./b"]]', 'a: dbutils.notebook.run("./a", 60) | b: dbutils.notebook.run("./b", 60)'],
  ['results = [dbutils.notebook.run(n, 60) for n in ["./a", "./b"]]\nsave(results)', 'a: a_result = dbutils.notebook.run("./a", 60) | b: b_result = dbutils.notebook.run("./b", 60) | Results: results = [a_result, b_result] | save(results)'],
  [`${pool}ns = ["./a", "./b"]\nwith ThreadPoolExecutor(4) as ex:\n  r = list(ex.map(lambda n: dbutils.notebook.run(n, 60), ns))\nprint(r)`, 'a: dbutils.notebook.run("./a", 60) | b: dbutils.notebook.run("./b", 60)'],
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  fs = [ex.submit(dbutils.notebook.run, n, 60, {"d": d}) for n in ["./a", "./b"]]\n  for f in as_completed(fs):\n    print(f.result())`, 'a: dbutils.notebook.run("./a", 60, {"d": d}) | b: dbutils.notebook.run("./b", 60, {"d": d})'],
  [`${pool}${retry}with ThreadPoolExecutor(4) as ex:\n  ex.map(go, ["./a", "./b"])`, `${retry.trim()} | a: go("./a") | b: go("./b")`],
  [`${retry}for n in ["./a", "./b"]:\n  go(n)`, `${retry.trim()} | a: go("./a") | b: go("./b")`],
  ['r = dbutils.notebook.run("./a", 60)\nif r != "ok":\n  raise ValueError(r)\ndbutils.notebook.run("./b", 60)', 'a: r = dbutils.notebook.run("./a", 60) | Check a: if r != "ok":\n  raise ValueError(r) | b: # dagbook: after=check_a\ndbutils.notebook.run("./b", 60)'],
  ['r = dbutils.notebook.run("./a", 60)\nif r == "ok":\n  dbutils.notebook.run("./b", 60)', 'a: r = dbutils.notebook.run("./a", 60) | b: if r == "ok":\n  dbutils.notebook.run("./b", 60)'],
  ['for i in [1, 2]:\n  dbutils.notebook.run("./p", 60, {"out": i})', 'p 1: dbutils.notebook.run("./p", 60, {"out": 1}) | p 2: dbutils.notebook.run("./p", 60, {"out": 2})'],
  // refused
  ['for n in names:\n  dbutils.notebook.run("./p", 60, {"out": n})', 'no: What `p` is called for is not known from the text, so it stays one task.'],
  [`${pool}with ThreadPoolExecutor(4) as ex:\n  ex.map(dbutils.notebook.run, names)\ndbutils.notebook.run("./a", 60)`, 'no: What a notebook is called for is not known from the text, so it stays one task.'],
  ['# dagbook: run=manual\ndbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./b", 60)', 'no: It has a note to Dagbook, which speaks of the cell as it is.'],
  ['[dbutils.notebook.run(n, 60, {"x": now()}) for n in ["./a", "./b"]]', 'no: It also calls `now` between the notebooks.'],
  ['for n in ["./a", "./b"]:\n  if dbutils.notebook.run(n, 60) != "ok":\n    break', 'no: One of its calls decides about another one, in the same statement.'],
  ['if ready:\n  dbutils.notebook.run("./a", 60)\n  dbutils.notebook.run("./b", 60)', 'no: A condition decides whether `a`, `b` is called, in the same statement.'],
  // nothing to do
  ['dbutils.notebook.run("./a", 60)', ''],
  ['x = 1\nr = dbutils.notebook.run("./a", 60)\nprint(r)', ''],
] // prettier-ignore

test.each(cases)('%s ⇒ %s', (cell, expected) => {
  const { converted, refused } = convertWorkflow(notebookOf([cell]).cells, contextWith())
  const cells = converted.flatMap((each) =>
    each.cells.map(({ title, source }) => (title === null ? source : `${title}: ${source}`)),
  )
  expect([...cells, ...refused.map(({ reason }) => `no: ${reason}`)].join(' | ')).toBe(expected)
})

test('a name that changes between the list and the loop is not written into the calls', () => {
  const cells = [
    'd = "1"\njobs = [("./a", d), ("./b", d)]',
    'd = load()',
    'for n, x in jobs:\n  dbutils.notebook.run(n, 60, {"d": x})',
  ]
  const { converted } = convertWorkflow(notebookOf(cells).cells, contextWith())
  expect(converted[0]?.cells.map(({ source }) => source)).toEqual([
    'dbutils.notebook.run("./a", 60, {"d": "1"})',
    'dbutils.notebook.run("./b", 60, {"d": "1"})',
  ])
  const unknown = ['d = load()\njobs = [("./a", d), ("./b", d)]', ...cells.slice(1)]
  expect(convertWorkflow(notebookOf(unknown).cells, contextWith()).refused).toHaveLength(1)
})

test('a parameter stays a parameter, whatever its default is', () => {
  const cells = [
    'dbutils.widgets.text("d", "1")',
    'for n in ["./a", "./b"]:\n  dbutils.notebook.run(n, 60, {"d": dbutils.widgets.get("d")})',
  ]
  const { converted } = convertWorkflow(notebookOf(cells).cells, contextWith())
  expect(converted[0]?.cells[0]?.source).toBe('dbutils.notebook.run("./a", 60, {"d": dbutils.widgets.get("d")})')
})

test('the conversion keeps the graph of notebooks, and leaves nothing to convert', () => {
  for (const [cell, expected] of cases) {
    if (expected.startsWith('no:') || expected === '') continue
    const before = notebookOf([cell])
    const [first] = convertWorkflow(before.cells, contextWith()).converted
    const after = notebookOf(
      first!.cells.map(({ title, source }) => (title === null ? source : `# DBTITLE 1,${title}\n${source}`)),
    )
    const text = (notebook: typeof before): string => graphText(notebookGraph(notebookCalls(notebook, contextWith())))
    expect(text(after), cell).toBe(text(before))
    expect(convertWorkflow(after.cells, contextWith()).converted, cell).toEqual([])
  }
})

test('the diagnostic says what the platform cannot see, and the fix is a list of edits', () => {
  const { cells } = notebookOf([
    'dbutils.notebook.run("./a", 60)\ndbutils.notebook.run("./b", 60)\ndbutils.notebook.run("./c", 60)',
  ])
  const [found] = hiddenWorkflows(cells, contextWith())
  expect(found?.finding.message).toBe(
    'This cell calls 3 notebooks (a, b, c), and to the platform it is one task: it cannot show which of them runs, how long each took ' +
      'or which one failed, and it can only repeat all of them. They run one after another, though 2 of them need not wait. ' +
      'Give each notebook a cell of its own, and each becomes a task.',
  )
  expect(workflowFix(found!.conversion!, ['x']).edits).toEqual([
    { op: 'change', cell: 'x', kind: 'python', title: 'a', source: 'dbutils.notebook.run("./a", 60)' },
    { op: 'insert', cell: 'x.1', after: 'x', kind: 'python', title: 'b', source: 'dbutils.notebook.run("./b", 60)' },
    { op: 'insert', cell: 'x.2', after: 'x.1', kind: 'python', title: 'c', source: 'dbutils.notebook.run("./c", 60)' },
  ])
  expect(hiddenWorkflows(notebookOf(['dbutils.notebook.run("./a", 60)']).cells, contextWith())).toEqual([])
})

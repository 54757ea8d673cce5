import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testPython } from '../../../test/support/python.ts'
import { loadSql } from '../analysis/index.ts'
import { graphOf } from './graph.testing.ts'

beforeAll(loadSql)

const python = spawn(testPython, ['-B', join(import.meta.dirname, 'touch-trace.py')], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const answers = createInterface(python.stdout)[Symbol.asyncIterator]()
afterAll(() => python.kill())

type Access = readonly [mode: 'read' | 'write', resource: string]

/** What each cell really read and wrote when the notebook ran. */
async function accesses(cells: readonly string[]): Promise<readonly (readonly Access[])[]> {
  python.stdin.write(`${JSON.stringify({ cells, files })}\n`)
  return JSON.parse(String((await answers.next()).value)) as Access[][]
}

const files = {
  'helper.py': [
    "TABLE = 't1'",
    "FILE = 'b.csv'",
    'def load(name): return spark.table(name)',
    "def save(frame, name='t0'): frame.write.mode('overwrite').saveAsTable(name)",
    "def keep(text, name=FILE):\n  with open(name, 'w') as f: f.write(text)",
    'def where(name): return f"c/{name}.csv"',
  ].join('\n'),
}

/**
 * The module gets its session and its `open` from the notebook, as on Databricks. Names by type: D frames, S names of tables, F names of
 * files, P pandas frames, H open files, L lists of names.
 */
const start = [
  'import os, json, glob, shutil\nimport pandas as pd\nfrom pathlib import Path\nimport helper\nhelper.spark = spark',
  "d0 = spark.table('t0')\nd1 = spark.table('s.t0')",
  "s0 = 't0'\ns1 = 's.t0'\nl0 = ['t0', 't1']\nl1 = [s1]\ncfg = {'in': 't1', 'out': 's.t1'}",
  "f0 = 'a.csv'\nf1 = 'c/x.csv'\np0 = pd.DataFrame({'a': [1]})\np1 = p0",
  "h0 = open('b.csv', 'a')\nh1 = open('a.csv')",
]

const templates = [
  // Names of tables.
  "S = 'TN'",
  'S = S',
  'S = json.loads(\'"TN"\')',
  "S = 'TN' if len(S) > 2 else S",
  "S = cfg['in']",
  "cfg['in'] = 'TN'",
  'S = helper.TABLE',
  'S = L[0]',
  "S = '.'.join(['s', 't1'])",
  "S = 's.%s' % 't0'",
  "L = ['TN', S]",
  'L = [S for q in (1, 2)]',
  'L = sorted(L)',
  'L.append(S)',
  "L = []\nfor q in ('t0', 't1'): L.append(f's.{q}')",
  "dbutils.widgets.text('w', 'TN')\nS = dbutils.widgets.get('w')",
  "def name(q): return 's.' + q\nS = name('t1')",
  // Frames.
  "D = spark.table('TN')",
  'D = spark.table(S)',
  "D = spark.sql('select * from TN')",
  "D = spark.sql(f'select * from {S} join TN')",
  'D = D.filter(1).union(D)',
  'D = helper.load(S)',
  "D = helper.load('TN')",
  'D = [spark.table(q) for q in L][0]',
  "D = {'k': D}['k']",
  'D = D if len(S) > 2 else D',
  'D.count()',
  'display(D)',
  'n = D.groupBy(1).collect()',
  'P = D.toPandas()',
  'class Box:\n  def __init__(self, q): self.q = q\n  def look(self): return self.q.count()\nbox = Box(D)\nbox.look()',
  'box = [D]\nfor q in box: q.show()',
  "D.write.mode('overwrite').saveAsTable('TN')",
  "D.write.mode('append').saveAsTable(S)",
  'D.write.insertInto(S)',
  'for q in L: D.write.mode("overwrite").saveAsTable(q)',
  'for q in L: spark.table(q).count()',
  'i = 0\nwhile i < 2:\n  spark.table(f"t{i}").count()\n  i += 1',
  'i = 0\nfor q in json.loads("[1, 2]"):\n  D.write.saveAsTable(f"s.t{i}")\n  i += 1',
  'def walk(q):\n  spark.table(f"t{q}").count()\n  if q: walk(q - 1)\nwalk(1)',
  'helper.save(D)',
  'helper.save(D, S)',
  "if spark.catalog.tableExists('TN'): D.count()",
  // SQL and views.
  '%sql select * from TN',
  '%sql insert into TN select * from TN',
  '%sql create or replace table TN as select * from TN',
  '%sql create or replace temp view v0 as select * from TN',
  '%sql create or replace temp view v1 as select * from v0',
  '%sql select * from v0',
  '%sql drop table if exists TN',
  '%sql delete from TN',
  '%sql merge into TN using v0 on true',
  '%sql use s',
  "spark.sql('use default')",
  "spark.catalog.setCurrentDatabase('s')",
  "if len(S) > 2: spark.sql('use s')",
  "spark.sql(f'insert into {S} select * from v1')",
  "D.createOrReplaceTempView('v0')",
  "D.createOrReplaceTempView('v' + str(len(L) % 2))",
  "spark.catalog.dropTempView('v1')",
  "spark.table('v0').count()",
  "D = spark.table('v1')",
  // Files.
  "F = 'FN'",
  'F = F',
  "F = os.path.join('c', 'x.csv')",
  "F = str(Path('c') / 'x.csv')",
  'F = json.loads(\'"FN"\')',
  'F = helper.FILE',
  "F = helper.where('x')",
  "F = glob.glob('c/*.csv')[0] if glob.glob('c/*.csv') else F",
  "open('FN').read()",
  'open(F).read()',
  "open('FN', 'w').write('a\\n1\\n')",
  "with open(F, 'a') as f: f.write('1\\n')",
  "P = pd.read_csv('FN')",
  'P = pd.read_csv(F)',
  "P.to_csv('FN', index=False)",
  'P.to_csv(F, index=False)',
  "P = pd.concat([pd.read_csv(q) for q in ['a.csv', 'b.csv']])",
  "P = pd.concat([pd.read_csv(q) for q in sorted(glob.glob('*.csv'))] or [P])",
  "Path('FN').write_text('a\\n2\\n')",
  "Path('c').joinpath('x.csv').read_text() if os.path.exists('c/x.csv') else None",
  "for q in Path('c').iterdir(): q.read_text()",
  "for q in os.listdir('c'): open(os.path.join('c', q)).read()",
  "os.makedirs('c', exist_ok=True)",
  "shutil.copy('FN', 'c')",
  'shutil.copyfile(F, "b.csv") if F != "b.csv" else None',
  "os.rename('a.csv', 'd.csv')\nshutil.copyfile('d.csv', 'a.csv')",
  "if os.path.exists('FN'): os.remove('FN')\nopen('FN', 'w').write('a\\n3\\n')",
  "dbutils.fs.put('FN', 'a\\n', True)",
  "dbutils.fs.head('FN')",
  "dbutils.fs.cp('a.csv', 'b.csv')",
  "for q in dbutils.fs.ls('c'): open(q.path).read()",
  'H = open(F)',
  "H = open('FN', 'a')",
  'H.read() if H.mode == "r" else None',
  'H.write("1\\n") if H.mode != "r" else None',
  'H = H',
  "helper.keep('a\\n')",
  "helper.keep('a\\n', F)",
  "json.dump([1], open('c/y.csv', 'w'))",
]

const tables = ['t0', 't1', 's.t0', '`S`.t1', 'main.default.t0']
const paths = ['a.csv', './b.csv', 'c/x.csv', 'c/../a.csv']

const statement = fc
  .tuple(fc.constantFrom(...templates), fc.array(fc.nat(999), { minLength: 12, maxLength: 12 }))
  .map(([template, picks]) => {
    let next = 0
    const pick = (): number => picks[next++ % picks.length]!
    return template
      .replace(/\bTN\b/g, () => tables[pick() % tables.length]!)
      .replace(/\bFN\b/g, () => paths[pick() % paths.length]!)
      .replace(/\b[DSFPHL]\b/g, (letter) => `${letter.toLowerCase()}${pick() % 2}`)
  })
const cell = fc.oneof(
  { weight: 3, arbitrary: statement },
  {
    weight: 1,
    arbitrary: fc
      .array(
        statement.filter((text) => !text.startsWith('%sql')),
        { minLength: 2, maxLength: 3 },
      )
      .map((all) => all.join('\n')),
  },
)
const notebook = fc.array(cell, { minLength: 3, maxLength: 10 }).map((cells) => [...start, ...cells])

/** Whether edges lead from one cell to another. */
function leads(into: ReadonlyMap<number, readonly number[]>, from: number, to: number): boolean {
  return to === from || (into.get(to) ?? []).some((before) => before >= from && leads(into, from, before))
}

/** Whether two accesses must keep their order: one of them writes, and they touch the same, or a folder and what is in it. */
function conflict([mode, resource]: Access, [otherMode, other]: Access): boolean {
  if (mode === 'read' && otherMode === 'read') return false
  const [a, b] = [resource.replace(/^path:\.$/, 'path:'), other.replace(/^path:\.$/, 'path:')]
  const inside = (outer: string, inner: string): boolean =>
    outer.startsWith('path:') && inner.startsWith(outer === 'path:' ? outer : `${outer}/`)
  return a === b || inside(a, b) || inside(b, a)
}

const count = { runs: 0, edges: 0, superfluous: 0 }

test('of cells that touch the same table, view or file, the graph keeps the order', async () => {
  await fc.assert(
    fc.asyncProperty(notebook, async (cells) => {
      const { edges } = graphOf(cells, files)
      const into = new Map<number, number[]>()
      for (const { from, to } of edges) into.set(Number(to), [...(into.get(Number(to)) ?? []), Number(from)])
      const touched = await accesses(cells)
      const meet = (from: number, to: number): Access | undefined =>
        touched[to]?.find((later) => touched[from]!.some((earlier) => conflict(earlier, later)))
      const missing = touched.flatMap((_, to) =>
        [...touched.keys()].flatMap((from) => {
          const met = from < to ? meet(from, to) : undefined
          return met === undefined || leads(into, from, to) ? [] : [`${met[1]}: ${cells[from]} ---> ${cells[to]}`]
        }),
      )
      expect(missing).toEqual([])
      for (const { from, to, reasons } of edges) {
        if (Number(to) >= touched.length || !reasons.every(({ kind }) => /^(table|view|path)$/.test(kind))) continue
        count.edges++
        if (meet(Number(from), Number(to)) === undefined) count.superfluous++
      }
      count.runs += touched.length
    }),
    { numRuns: Number(process.env.DAGBOOK_RUNS ?? 300) },
  )
  // Of the order that the graph keeps between cells some is for nothing, where names are not known from the text.
  console.log(`${count.superfluous} of ${count.edges} edges between ${count.runs} cells were for nothing`)
  expect(count.runs).toBeGreaterThan(500)
  expect(count.superfluous / count.edges).toBeLessThan(0.6)
})

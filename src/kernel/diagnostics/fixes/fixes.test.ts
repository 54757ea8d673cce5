import { beforeAll, expect, test } from 'vitest'
import { loadSql, type Fix } from '../../analysis/index.ts'
import { catalogue, fixesOf, mendable, type DiagnosticCode, type FixContext } from '../index.ts'
import { cellsOf, edited, textOf, understood } from '../testing/notebook.ts'

beforeAll(loadSql)

const installed = (name: string): string | null => ({ faker: '19.1.0', requests: '2.31.0' })[name] ?? null

function context(): FixContext {
  let count = 0
  return { project: '/home/ann/air', installed, newId: () => `new${++count}` }
}

function fixesIn(text: string, code: string): readonly Fix[] {
  const notebook = understood(cellsOf(text))
  const diagnostic = notebook.diagnostics.find((one) => one.code === code)
  expect(diagnostic, `${code} in ${text}`).toBeDefined()
  return fixesOf(notebook, diagnostic!, context())
}

/** Code, the notebook before, the fix's title, the notebook after. */
const cases: readonly (readonly [DiagnosticCode, string, string, string])[] = [
  [
    'defined-below',
    'total = sum(orders) /// orders = [1]',
    'Move orders above this cell',
    'orders = [1] /// total = sum(orders)',
  ],
  [
    'defined-below',
    'a = 1 /// total = sum(orders) /// b = 2 /// orders = [a, b]',
    'Move this cell below orders',
    'a = 1 /// b = 2 /// orders = [a, b] /// total = sum(orders)',
  ],
  [
    'undefined-name',
    'orders = [1] /// total = sum(ordres) + len(ordres)',
    'Write orders',
    'orders = [1] /// total = sum(orders) + len(orders)',
  ],
  ['undefined-name', 'flag = true', 'Write True', 'flag = True'],
  [
    'undefined-name',
    '# a\nx = pd.DataFrame()',
    'Add import pandas as pd',
    '# a\nimport pandas as pd\nx = pd.DataFrame()',
  ],
  [
    'undefined-parameter',
    'x = 1 /// day = dbutils.widgets.get("day")',
    'Declare the parameter day',
    'x = 1 /// dbutils.widgets.text("day", "") /// day = dbutils.widgets.get("day")',
  ],
  [
    'undefined-parameter',
    'dbutils.widgets.text("a", "1")\nx = 1 /// %sql SELECT :day',
    'Declare the parameter day',
    'dbutils.widgets.text("a", "1")\ndbutils.widgets.text("day", "")\nx = 1 /// %sql SELECT :day',
  ],
  [
    'lazy-read-after-write',
    'df = spark.table("t") /// spark.sql("DELETE FROM t") /// df.count()',
    'Read df again in this cell',
    'df = spark.table("t") /// spark.sql("DELETE FROM t") /// df = spark.table("t")\ndf.count()',
  ],
  [
    'lazy-read-after-write',
    'df = spark.table("t") /// spark.sql("DELETE FROM t") /// df.count()',
    'Move this cell above t',
    'df = spark.table("t") /// df.count() /// spark.sql("DELETE FROM t")',
  ],
  ['unknown-pragma', '# dagbook: write=a.b\nx = 1', 'Write writes', '# dagbook: writes=a.b\nx = 1'],
  ['unknown-pragma', '# dagbook: run=of\nx = 1', 'Write off', '# dagbook: run=off\nx = 1'],
  ['syntax-error', 'SELECT a FROM b', 'Make it a SQL cell', '%sql SELECT a FROM b'],
  ['syntax-error', 'pip install requests==2.31.0', 'Make it a %pip cell', '%pip install requests==2.31.0'],
  [
    'syntax-error',
    'for x in [1]:\n    print x, 2  # two\nif x: print "a"\nprint(3)',
    'Write print(…)',
    'for x in [1]:\n    print(x, 2)  # two\nif x: print("a")\nprint(3)',
  ],
  [
    'unresolved-import',
    'from zork import * /// y = f(g)\nz = len(y)',
    'Import f, g',
    'from zork import f, g /// y = f(g)\nz = len(y)',
  ],
  [
    'unseeded-random',
    'import numpy as np\nx = np.random.rand(3)',
    'Set a seed',
    'import numpy as np\nnp.random.seed(42)\nx = np.random.rand(3)',
  ],
  [
    'unseeded-random',
    'df = spark.table("t")\na, b = df.randomSplit([0.8, 0.2])',
    'Set a seed',
    'df = spark.table("t")\na, b = df.randomSplit([0.8, 0.2], seed=42)',
  ],
  [
    'unseeded-random',
    'from pyspark.sql import functions as F\ndf = spark.range(9).select(F.rand(), F.randn())',
    'Set a seed',
    'from pyspark.sql import functions as F\ndf = spark.range(9).select(F.rand(seed=42), F.randn(seed=43))',
  ],
  [
    'unseeded-random',
    'from sklearn.model_selection import train_test_split\na, b = train_test_split(\n    [1, 2],\n)',
    'Set a seed',
    'from sklearn.model_selection import train_test_split\na, b = train_test_split(\n    [1, 2],\nrandom_state=42)',
  ],
  ['absolute-local-path', 'x = open("/home/ann/air/in/a.csv")', 'Write in/a.csv', 'x = open("in/a.csv")'],
  [
    'absolute-local-path',
    'x = open("/home/bob/a.csv")',
    'Write data/a.csv, and copy the file there',
    'x = open("data/a.csv")',
  ],
  [
    'secret-in-code',
    'dbPassword = "hunter2-4711"',
    'Read it from the secret scope "my-scope"',
    'dbPassword = dbutils.secrets.get(scope="my-scope", key="db-password")',
  ],
  ['print-debugging-left', 'x = 1\nbreakpoint()\ny = 2', 'Remove the line', 'x = 1\ny = 2'],
  ['print-debugging-left', 'x = 1\nbreakpoint()', 'Remove the line', 'x = 1'],
  ['print-debugging-left', 'if a():\n    print("here")', 'Replace it by pass', 'if a():\n    pass'],
  [
    'pip-without-version',
    '%pip install -q faker requests zork',
    'Pin the versions that are installed here',
    '%pip install -q faker==19.1.0 requests==2.31.0 zork',
  ],
  [
    'name-shadows-builtin',
    'sum = 1 + 2 /// x = f(sum=sum)\ndef g(sum): return sum /// print(sum)',
    'Rename it to sum_',
    'sum_ = 1 + 2 /// x = f(sum=sum_)\ndef g(sum): return sum /// print(sum_)',
  ],
  [
    'dead-cell',
    'x = [n * n for n in range(9)] /// print("done")',
    'Turn the cell off',
    '# dagbook: run=off\nx = [n * n for n in range(9)] /// print("done")',
  ],
  ['dead-cell', 'x = [n * n for n in range(9)] /// print("done")', 'Delete the cell', 'print("done")'],
]

test.each(cases)('%s in %j: "%s" gives %j', (code, before, title, after) => {
  const fix = fixesIn(before, code).find((one) => one.title === title)
  expect(
    fix,
    fixesIn(before, code)
      .map((one) => one.title)
      .join(', '),
  ).toBeDefined()
  expect(textOf(edited(cellsOf(before), fix!.edits))).toBe(after)
})

test.each(cases)('%s in %j is gone after "%s", and nothing worse has come', (code, before, title) => {
  const fix = fixesIn(before, code).find((one) => one.title === title)!
  const now = understood(edited(cellsOf(before), fix.edits)).diagnostics
  // A package that is not installed here stays as it is.
  if (!before.includes('zork') || code !== 'pip-without-version')
    expect(now.filter((one) => one.code === code)).toEqual([])
  const counted = (list: typeof now): number => list.filter(({ severity }) => severity !== 'info').length
  expect(counted(now)).toBeLessThanOrEqual(counted(understood(cellsOf(before)).diagnostics))
})

const gaps: readonly (readonly [DiagnosticCode, string, string, string])[] = [
  ['unresolved-table', 'n = input()\nx = spark.table(n)', '# dagbook: reads=<table>\n', 'main.a.b'],
  [
    'unresolved-table',
    '# dagbook: run=auto\nn = input()\nx = spark.table(n)',
    '# dagbook: run=auto reads=<table>\n',
    'main.a.b',
  ],
  ['unresolved-path', 'n = input()\nx = open(n).read()', '# dagbook: reads=<path>\n', '/Volumes/a'],
  ['unresolved-names', 'exec(code()) /// print(y)', '# dagbook: writes=<name:x>\n', 'name:y'],
  ['unresolved-notebook', 'dbutils.notebook.run(input(), 60)', '# dagbook: updates=<table>\n', 'main.a.b'],
  ['unresolved-sql', 'spark.sql(input())', '# dagbook: updates=<table>\n', 'main.a.b'],
]

test.each(gaps)(
  '%s in %j: a note asks for what it is, says so until it is filled in, and then is the answer',
  (code, before, note, given) => {
    const [fix] = fixesIn(before, code)
    const cells = edited(cellsOf(before), fix!.edits)
    expect(cells[0]!.source.startsWith(note)).toBe(true)
    expect(understood(cells).diagnostics.map((one) => one.code)).toContain('unknown-pragma')
    const filled = cells.map((cell) => ({ ...cell, source: cell.source.replace(/<[^>]+>/, given) }))
    const codes = understood(filled).diagnostics.map((one) => one.code)
    expect(codes).not.toContain('unknown-pragma')
    expect(codes).not.toContain(code)
  },
)

test('a long cell is split where few names cross, and the parts are the whole', () => {
  const block = (name: string): string =>
    [
      `# step ${name}`,
      `${name} = load("${name}")`,
      ...Array.from({ length: 38 }, (_, at) => `${name} = step(${name}, ${at})`),
    ].join('\n')
  const text = [block('a'), block('b'), block('c')].join('\n\n')
  const [fix] = fixesIn(text, 'cell-too-big')
  expect(fix!.title).toBe('Split it into 3 cells')
  const cells = edited(cellsOf(text), fix!.edits)
  expect(cells.map(({ source }) => source)).toEqual([block('a'), block('b'), block('c')])
  const after = understood(cells)
  expect(after.diagnostics.map(({ code }) => code)).not.toContain('cell-too-big')
  const valueEdges = after.graph.edges.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'value'))
  expect(valueEdges).toEqual([])
})

test.each([
  ['name-shadows-builtin', 'x = sum([1])\nsum = 1', 'it means Python’s own above'],
  ['name-shadows-builtin', 'sum = 1 /// exec(code())', 'code that is not known may read it'],
  ['undefined-name', 'print(qty)', 'nothing is spelled alike'],
  ['pip-without-version', '%pip install zork', 'it is not installed'],
  ['undefined-name', 'def f(): return ordres /// orders = 1\nf()', 'the name is not in this cell'],
] as const)('%s in %j has no fix: %s', (code, text, _why) => {
  expect(fixesIn(text, code)).toEqual([])
})

test('fixes that came with a finding are offered, for the cell that it was found in', () => {
  const notebook = understood(cellsOf('x = 1'))
  const fixes = [{ title: 'Do it', edits: [{ op: 'delete', cell: 'c0' } as const] }]
  const diagnostic = {
    code: 'hidden-workflow',
    severity: 'warning',
    cell: 'c0',
    line: 1,
    where: { start: 0, end: 1 },
    message: 'm',
    fixes,
  } as const
  expect(fixesOf(notebook, diagnostic, context())).toEqual(fixes)
})

test('the catalogue says of every code whether there is a quick fix', () => {
  // These bring their fixes with them.
  const made = new Set([...mendable, 'hidden-workflow', 'learned-not-recorded', 'unforeseen-mutation'])
  const said = Object.entries(catalogue)
    .filter(([, { fix }]) => fix !== null)
    .map(([code]) => code)
  expect(said.sort()).toEqual([...made].sort())
})

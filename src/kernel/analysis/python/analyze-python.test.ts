import { beforeAll, expect, test } from 'vitest'
import { analyzeCell, analyzeNotebook, loadSql, newKnowledge, type CellAnalysis } from '../index.ts'
import { newNotebook, type Notebook } from '../../notebook/index.ts'

beforeAll(loadSql)

const namespace = { catalog: 'main', schema: 'default' }

function analyze(source: string, files: Readonly<Record<string, string | null>> = {}): CellAnalysis {
  return analyzeCell({ kind: 'python', source }, { namespace, files: (path) => files[path] })
}

const told = (effects: CellAnalysis['effects']): string[] => effects.map(({ mode, resource }) => `${mode} ${resource}`)

test.each([
  ['import a\nfrom b import c', 'ss'],
  ['def f(): spark.table("t")\nclass C: x = 1', 'ss'],
  ['X = 1\nY = f"{X}/b"\nZ = ["a", {"b": X}]', 'sss'],
  ['spark.conf.set("a", "b")\nspark.sql("use s")', 'ss'],
  ['spark.udf.register("f", f)\ng = udf(lambda x: x)', 'ss'],
  ['dbutils.widgets.text("p", "1")\np = int(dbutils.widgets.get("p"))', 'ss'],
  ['spark.table("t").createOrReplaceTempView("v")', 's'],
  ['try:\n  import a\nexcept ImportError:\n  a = None', 's'],
  ['"""text"""\npass\nx: int', 'sss'],
  ['random.seed(1)', '-'],
  ['df = pd.read_csv("/a")\nx = f()', '--'],
  ['df.write.saveAsTable("t")', '-'],
  ['x.append(1)\ny += 1', '--'],
  ['display(df)\nprint(x)\ndf.show()', 'ddd'],
  ['x = f()\nx', '-d'],
  ['x\ny()', '--'],
  ['alt.Chart(x).mark_bar()', 'd'],
  ['requests.post("https://x")', '-'],
])('of the statements of %j those that prepare are told from those that show (%s)', (source, kinds) => {
  const { statements } = analyze(source)
  expect(statements.map(({ setup, display }) => (setup ? 's' : display ? 'd' : '-')).join('')).toBe(kinds)
})

test('each statement has its own effects, also on what the cell itself makes', () => {
  const { statements, effects } = analyze('x = []\nx.append(y)')
  expect(statements.map((statement) => told(statement.effects))).toEqual([
    ['write name:x'],
    ['update name:x', 'read name:y'],
  ])
  expect(statements.map(({ span }) => [span.start, span.end])).toEqual([
    [0, 6],
    [7, 18],
  ])
  expect(told(effects)).toEqual(['write name:x', 'read name:y'])
})

test('effects say where in the text they happen, also inside SQL in a string', () => {
  const source = `df = spark.sql(f"""select * from sales.orders where d = '{d}'""")`
  const { effects } = analyze(source)
  const at = (resource: string): string => {
    const { where } = effects.find((effect) => effect.resource === resource)!
    return source.slice(where.start, where.end)
  }
  expect([at('name:df'), at('name:d'), at('table:main.sales.orders')]).toEqual(['df', 'd', 'sales.orders'])
})

test('values carry what their functions and frames do', () => {
  const carried = (source: string): object =>
    Object.fromEntries(analyze(source).carried.map(({ of, effects, lazy }) => [of, [lazy === true, ...told(effects)]]))
  expect(carried('def f(x):\n  global n\n  n = g\n  x.append(1)\n  acc.append(x)')).toEqual({
    'name:f': [false, 'read name:g', 'write name:n', 'update name:acc'],
  })
  expect(carried('df = spark.table("a.b.c").filter("x")')).toEqual({
    'name:df': [true, 'read table:a.b.c', 'read session:conf'],
  })
  expect(carried('spark.table("a.b.c").createTempView("v")')).toEqual({
    'view:v': [true, 'read table:a.b.c', 'read session:conf'],
  })
  expect(carried('x = 1')).toEqual({})
})

test('a widget is a parameter with its default, label and choices', () => {
  const { parameters } = analyze('dbutils.widgets.dropdown("env", "dev", ["dev", "prod"], "Where")')
  expect(parameters).toEqual([
    {
      name: 'env',
      default: 'dev',
      label: 'Where',
      widget: 'dropdown',
      choices: ['dev', 'prod'],
      where: { start: 0, end: 64 },
    },
  ])
})

test.each([
  ['x = 1', 'x=1 # why'],
  ['x = f(a, b)', 'x = f(\n    a,\n    b,\n)\n\n'],
  ["x = 'a'", 'x = "a"'],
  ['x = 1\ny = 2', 'x = 1; y = 2'],
  ['if x:\n  y', '# note\nif x:\n\n    y'],
])('%j means the same as %j', (one, other) => {
  expect(analyze(other).normalized).toBe(analyze(one).normalized)
})

test.each([
  ['x = (1,)', 'x = (1)'],
  ['x = "a b"', 'x = "a  b"'],
  ['x = b"a"', 'x = "a"'],
  ['if x:\n  y\nz', 'if x:\n  y\n  z'],
  ['f(lambda a, b: a,)', 'f(lambda a, b: (a,))'],
  ['x = f"{a}"', 'x = "{a}"'],
  ['x = a[1, 2]', 'x = a[1]'],
  ['x = "\\n"', 'x = r"\\n"'],
  ['%pip install a', '%pip install b'],
])('%j does not mean the same as %j', (one, other) => {
  expect(analyze(other).normalized).not.toBe(analyze(one).normalized)
})

test('what is no Python has no effects and says where', () => {
  const { broken, effects, findings } = analyze('x = 1\ny = = 2')
  expect({ broken, effects }).toEqual({ broken: true, effects: [] })
  expect(findings.map(({ code, where }) => [code, where.start])).toEqual([['syntax-error', 10]])
})

test('modules of the project are looked into, and asked for where they were not given', () => {
  expect(analyze('from utils.cleaning import clean').needs).toEqual(['utils/cleaning.py', 'utils/cleaning/__init__.py'])
  expect(analyze('import pandas', { 'pandas.py': null, 'pandas/__init__.py': null }).needs).toEqual([])
  const files = { 'utils/cleaning.py': 'T = "a.b.c"\ndef clean(x):\n  x.append(1)\n  return spark.table(T)' }
  const { effects, needs } = analyze('from utils.cleaning import clean\nclean(q)', files)
  // The package that it is in may have a file of its own.
  expect(needs).toEqual(['utils.py', 'utils/__init__.py'])
  expect(told(effects)).toContain('read module:utils.cleaning')
  expect(told(effects)).toContain('update name:q')
  expect(told(effects)).toContain('read table:a.b.c')
})

test('%run includes the cells of the other notebook; one that is not there may do anything', () => {
  const run = (files: Readonly<Record<string, string>>): CellAnalysis =>
    analyzeCell({ kind: 'run', source: './lib/setup $env="x"' }, { namespace, files: (path) => files[path] })
  const known = run({ 'lib/setup.py': '# Databricks notebook source\nimport os\ndef f(): return spark.table("t")\n' })
  expect(told(known.effects)).toEqual(['read notebook:./lib/setup', 'write name:os', 'write name:f'])
  expect(known.carried.map(({ of }) => of)).toEqual(['name:f'])
  expect(known.statements.map(({ setup }) => setup)).toEqual([true])
  const missing = run({})
  expect(told(missing.effects)).toEqual([
    'read notebook:./lib/setup',
    'update name:*',
    'update table:*',
    'update view:*',
    'update path:*',
  ])
  expect(missing.needs).toEqual(['lib/setup.py', 'lib/setup.sql', 'lib/setup.ipynb'])
  expect(missing.findings.map(({ code }) => code)).toEqual(['unresolved-notebook'])
})

test('parameters that %run gives have that value inside, and are none of the notebook outside', () => {
  const child = 'dbutils.widgets.text("t", "a")\ndbutils.widgets.text("u", "b")\nspark.table(dbutils.widgets.get("t"))'
  const files = { 'child.py': `# Databricks notebook source\n${child}` }
  const knowledge = newKnowledge(namespace)
  const context = { namespace, files: (path: string) => (files as Record<string, string>)[path] ?? null }
  const { effects, parameters } = analyzeCell({ kind: 'run', source: './child $t="orders"' }, context, knowledge)
  expect(told(effects)).toContain('read table:main.default.orders')
  expect(told(effects).filter((effect) => effect.includes('param:'))).toEqual(['write param:u'])
  expect(parameters.map(({ name }) => name)).toEqual(['u'])
  const after = analyzeCell({ kind: 'python', source: 'spark.table(dbutils.widgets.get("t"))' }, context, knowledge)
  expect(told(after.effects)).toContain('read table:*')
})

test('an imported function that exits may leave the notebook', () => {
  const files = { 'stop.py': 'import sys\ndef stop(): sys.exit(4)' }
  expect(analyze('from stop import stop', files).leaves).toBe(false)
  expect(analyze('from stop import stop\nstop()', files).leaves).toBe(true)
})

test.each([
  ['brackets', `x = ${'['.repeat(3000)}${']'.repeat(3000)}`],
  ['a sum', `x = ${Array(3000).fill('a').join(' + ')}`],
  ['a chain of calls', `x = df${'.a(1)'.repeat(3000)}`],
  ['branches', `if a: pass\n${'elif a: x = 1\n'.repeat(9000)}`],
])('%s nested too deeply may do anything, and say so', (_, source) => {
  const { effects, findings, broken } = analyze(source)
  expect(told(effects)).toEqual(['update name:*', 'update table:*', 'update view:*', 'update path:*'])
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['unresolved-cell', 'error']])
  expect(broken).toBe(false)
})

test('loops in loops over known things are looked at to the end', () => {
  const loops = Array.from(
    { length: 12 },
    (_, depth) => `${' '.repeat(depth)}for a${depth} in [1, 2, 3, 4, 5, 6, 7, 8]:`,
  )
  const { effects } = analyze(`${loops.join('\n')}\n${' '.repeat(12)}x = y`)
  expect(told(effects)).toContain('read name:y')
})

test('a notebook that calls another does to tables and files what that one does', () => {
  const files = {
    'child.py': '# Databricks notebook source\nspark.table("a").write.mode("overwrite").saveAsTable("b")\n',
  }
  expect(told(analyze('dbutils.notebook.run("./child", 60)', files).effects)).toEqual([
    'read notebook:./child',
    'read table:main.default.a',
    'write table:main.default.b',
  ])
})

test('a note to Dagbook answers what the text leaves open', () => {
  const { effects, findings } = analyze('# dagbook: writes=a.b.c\ndf.write.saveAsTable(name)')
  expect(told(effects)).toContain('write table:a.b.c')
  expect(told(effects)).not.toContain('update table:*')
  expect(findings).toEqual([])
})

test('cells that are off define nothing for those below', () => {
  const texts = ['t = "a"', '# dagbook: run=off\nt = "b"', 'spark.table(t)']
  const cells = texts.map((source) => ({
    kind: 'python' as const,
    title: null,
    source,
    line: 1,
    text: { lead: '', body: '', trail: '' },
  }))
  const notebook: Notebook = { ...newNotebook('python'), cells }
  const [, , last] = analyzeNotebook(notebook, { namespace, files: () => null })
  expect(told(last!.analysis.effects)).toContain('read table:main.default.a')
})

test('what stands above is known below, cell by cell', () => {
  const knowledge = newKnowledge(namespace)
  const context = { namespace, files: () => null }
  analyzeCell({ kind: 'python', source: 's = "sales"' }, context, knowledge)
  expect(told(analyzeCell({ kind: 'python', source: 'spark.table(f"{s}.t")' }, context, knowledge).effects)).toContain(
    'read table:main.sales.t',
  )
})

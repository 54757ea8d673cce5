import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from '@uwdata/flechette'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableOutput } from '../protocol.ts'
import { Bench } from './testing/start.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.start()
})
afterAll(() => bench.stop())

const TABLE = 'application/vnd.dagbook.table+json'

/** The one table that the last run showed, with the rows of its pages. */
function shownTable(): { table: TableOutput; pages: Record<string, unknown>[][]; text: unknown } {
  const shown = bench.outputs.filter(({ data }) => TABLE in data)
  expect(shown).toHaveLength(1)
  const table = shown[0]!.data[TABLE] as TableOutput
  const bytes = readFileSync(join(bench.folder, 'results', table.file))
  expect(table.pages.at(-1)).toBe(bytes.length)
  const pages = table.pages
    .slice(1)
    .map((end, at) => tableFromIPC(bytes.subarray(table.pages[at], end)).toArray() as Record<string, unknown>[])
  return { table, pages, text: shown[0]!.data['text/plain'] }
}

test('a frame is a table by pages', async () => {
  const outcome = await bench.run(
    'import pandas as pd\ndf = pd.DataFrame({"n": range(2500), "s": ["ä"] * 2500, "x": 1.5})\ndf',
  )
  const { table, pages } = shownTable()
  expect(outcome.text).toContain('2500 rows')
  expect(table).toMatchObject({
    columns: [
      { name: 'n', type: 'int64' },
      { name: 's', type: 'string' },
      { name: 'x', type: 'double' },
    ],
    rows: 2500,
    more: false,
    pageRows: 1000,
  })
  expect(pages.map((page) => page.length)).toEqual([1000, 1000, 500])
  expect(pages[2]![499]).toMatchObject({ n: 2499, s: 'ä', x: 1.5 })
})

test('a huge frame is cut, and says so', async () => {
  await bench.run('import pandas as pd, numpy as np\ndisplay(pd.DataFrame({"n": np.arange(3_000_000)}))')
  const { table, pages } = shownTable()
  expect(table).toMatchObject({ rows: 10_000, more: true })
  expect(pages).toHaveLength(10)
  expect(pages[9]![999]).toMatchObject({ n: 9999 })
})

test('an empty frame has one empty page', async () => {
  await bench.run('import pandas as pd\npd.DataFrame({"n": pd.Series([], dtype="int64")})')
  const { table, pages } = shownTable()
  expect(table).toMatchObject({ rows: 0, more: false })
  expect(pages).toEqual([[]])
})

test('an index that says something is a column; a series is a table', async () => {
  await bench.run('import pandas as pd\npd.Series([1, 2], index=pd.Index(["a", "b"], name="key"), name="v")')
  expect(shownTable().pages).toEqual([
    [
      { key: 'a', v: 1 },
      { key: 'b', v: 2 },
    ],
  ])
  await bench.run('df = pd.DataFrame({("a", "x"): [1], ("a", "y"): [2]})\ndf.groupby([("a", "x")]).sum()')
  expect(shownTable().table.columns.map(({ name }) => name)).toEqual(['a / x', 'a / y'])
})

test('columns of any kind are shown, those without an Arrow type as text', async () => {
  await bench.run(`
import pandas as pd, datetime, decimal
df = pd.DataFrame({
  "mixed": [1, "a", None], "obj": [object, {1}, 2], "date": [datetime.date(2024, 1, 2)] * 3,
  "time": pd.date_range("2024-01-01", periods=3, tz="UTC"), "cat": pd.Categorical(["a", "b", "a"]),
  "dec": [decimal.Decimal("1.50")] * 3, "list": [[1], [], None], "big": [10**30, 1, 2], "cplx": [1j, 2j, 3j], "n": pd.array([1, None, 3], "Int64"),
})
df.columns = [*df.columns[:-1], "mixed"]
df`)
  const { table, pages } = shownTable()
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]))
  expect(types).toMatchObject({ obj: 'string', date: 'date32[day]', list: 'list<item: int64>', big: 'string' })
  expect(table.columns.filter(({ name }) => name === 'mixed').map(({ type }) => type)).toEqual(['string', 'int64'])
  expect(pages[0]!.map((row) => row['obj'])).toEqual(["<class 'object'>", '{1}', '2'])
})

test('NaN stays a number, and only what is missing is NULL', async () => {
  await bench.run(`
import pandas as pd, numpy as np
nan = float("nan")
pd.DataFrame({
  "x": [1.5, nan, np.inf], "o": pd.Series([1.5, None, nan], dtype=object), "n": pd.array([1.5, None, 2.5], "Float64"),
  "f": np.array([1, nan, 2], "float32"), "s": ["a", None, nan], "t": pd.to_datetime(["2024-01-01", None, None]),
})`)
  const [first, second, third] = shownTable().pages[0]!
  expect(first).toMatchObject({ x: 1.5, o: 1.5, n: 1.5, f: 1, s: 'a' })
  expect(second).toMatchObject({ x: NaN, o: null, n: null, f: NaN, s: null, t: null })
  expect(third).toMatchObject({ x: Infinity, o: NaN, n: 2.5, f: 2, s: null, t: null })
})

test('a table without columns has no rows to show, and is told in words', async () => {
  await bench.run('import pandas as pd\npd.DataFrame()')
  expect(bench.outputs).toEqual([{ data: { 'text/plain': 'Empty DataFrame\nColumns: []\nIndex: []' } }])
  await bench.run('display(pd.DataFrame(index=range(3)))')
  expect(Object.keys(bench.outputs[0]!.data)).toEqual(['text/plain'])
  await bench.run('import pyarrow as pa\npa.table({})')
  expect(Object.keys(bench.outputs[0]!.data)).toEqual(['text/plain'])
})

test('an Arrow table is a table', async () => {
  await bench.run('import pyarrow as pa\npa.table({"a": [1, 2]})')
  expect(shownTable().pages).toEqual([[{ a: 1 }, { a: 2 }]])
})

test('each table of a run has a file of its own, and nothing half-written is left', async () => {
  await bench.run('import pandas as pd\nfor i in range(3): display(pd.DataFrame({"i": [i]}))', { run: 'three' })
  const files = readdirSync(join(bench.folder, 'results'))
  expect(files.filter((file) => file.startsWith('three')).sort()).toEqual([
    'three-1.arrow',
    'three-2.arrow',
    'three-3.arrow',
  ])
  expect(files.filter((file) => file.endsWith('.part'))).toEqual([])
})

test('objects show themselves by their _repr_ methods', async () => {
  await bench.run(
    'class H:\n  def _repr_html_(self): return "<b>hi</b>"\n  def _repr_png_(self): return b"\\x89PNG"\n  def __repr__(self): return "H"\nH()',
  )
  expect(bench.outputs).toEqual([
    {
      data: {
        'text/plain': 'H',
        'text/html': '<b>hi</b>',
        'image/png': Buffer.from([0x89, 80, 78, 71]).toString('base64'),
      },
    },
  ])
  await bench.run(
    'class B:\n  def _repr_mimebundle_(self, include=None, exclude=None): return {"application/json": {"a": float("nan")}}\nB()',
  )
  expect(bench.outputs[0]!.data).toMatchObject({ 'application/json': { a: null } })
  await bench.run('H')
  expect(bench.outputs[0]!.data).toEqual({ 'text/plain': "<class '__main__.H'>" })
  await bench.run('displayHTML("<i>x</i>")')
  expect(bench.outputs).toEqual([{ data: { 'text/html': '<i>x</i>' } }])
})

test('an object that cannot be shown does not fail its cell', async () => {
  expect((await bench.run('class R:\n  def __repr__(self): return 1 / 0\nR()')).text).toBe(
    '<R: its repr raised ZeroDivisionError>',
  )
  const outcome = await bench.run('class M:\n  def _repr_html_(self): return 1 / 0\nM()')
  expect(outcome.state).toBe('ok')
  expect(bench.stderr).toContain('ZeroDivisionError')
})

test('a matplotlib figure is an image, once, by itself and by plt.show()', async () => {
  const png = /^iVBORw0KGgo/
  await bench.run('import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone')
  expect(bench.outputs.map(({ data }) => data['image/png'])).toEqual([expect.stringMatching(png)])
  await bench.run('fig, ax = plt.subplots()\nax.bar([1], [2])\nplt.show()\nprint("after")')
  expect(bench.said).toEqual(['output', 'after\n'])
  await bench.run('fig, ax = plt.subplots()\nax.plot([1])\nfig')
  expect(bench.outputs.map(({ data }) => data['image/png'])).toEqual([expect.stringMatching(png)])
  await bench.run('1')
  expect(bench.outputs).toHaveLength(1)
  expect(bench.outputs[0]!.data).toEqual({ 'text/plain': '1' })
})

test('an Altair chart is Vega-Lite', async () => {
  await bench.run(
    'import altair as alt, pandas as pd\nalt.Chart(pd.DataFrame({"a": [1], "b": [2]})).mark_bar().encode(x="a:Q", y="b:Q")',
  )
  const mime = Object.keys(bench.outputs[0]!.data).find((name) => name.startsWith('application/vnd.vegalite'))!
  expect(mime).toMatch(/^application\/vnd\.vegalite\.v[56]\+json$/)
  expect(bench.outputs[0]!.data[mime]).toMatchObject({ mark: { type: 'bar' } })
})

import fc from 'fast-check'
import type { Cell, CellKind } from '../notebook/index.ts'
import type { IdentifiedCell } from './index.ts'

/** A notebook that is edited: its cells and the project's files. */
export interface EditedNotebook {
  readonly cells: readonly IdentifiedCell[]
  readonly files: Readonly<Record<string, string>>
}

/** One edit, on whatever cell stands where `at` points to. */
export type RandomEdit =
  | { readonly op: 'change' | 'insert'; readonly at: number; readonly text: string }
  | { readonly op: 'append'; readonly at: number; readonly text: string }
  | { readonly op: 'delete'; readonly at: number }
  | { readonly op: 'move'; readonly at: number; readonly to: number }
  | { readonly op: 'file'; readonly name: string; readonly text: string | null }

const allNames = ['a', 'b', 'c', 'f', 'g', 'df', 'K']
const table = fc.constantFrom('t', 'main.s.t', 's.u', 'v')
const path = fc.constantFrom('data', 'data/in.csv', 'data/out', '/mnt/x/*.csv')

/** Texts of cells with names, tables and paths filled in; `%sql` and the like at the beginning give the kind. */
const shapes: readonly string[] = [
  'N = 1',
  'N = "t"',
  'N = "u"',
  'N = [1, 2]',
  'N = []\nM = N',
  'N = M',
  'N = M + 1',
  'N = [M, 3]',
  'N = {"k": M}',
  'N.append(M)',
  'N["k"] = M',
  'N += [1]',
  'N += 1',
  'N.x = M',
  'print(N.x, M)',
  'del N',
  'if M:\n    N = 1',
  'if M:\n    N = []\nelse:\n    N = O',
  'try:\n    N\nexcept NameError:\n    N = M',
  'for N in M:\n    O = N',
  'for N in ["t", "u"]:\n    spark.table(N)',
  'N = [x for x in M]',
  'N = (x for x in M)',
  'next(N)',
  'def N(x):\n    return x + M',
  'def N(x):\n    x.append(M)\n    return x',
  'def N():\n    global M\n    M = O',
  'def N():\n    return M()',
  'def N(x=M):\n    return spark.table(x)',
  'def N():\n    y = []\n    def inner():\n        y.append(1)\n        return y\n    return inner',
  'def N():\n    yield M',
  'N = lambda: M',
  'N()',
  'M = N(O)',
  'M = N()',
  'N(M, O)',
  'class N:\n    x = M\n    def go(self):\n        self.x.append(O)\n        return self',
  'class N(M):\n    def __init__(self, v=None):\n        super().__init__()\n        self.v = v',
  'M = N().go()',
  'N.go()',
  'M = map(N, O)\nlist(M)',
  'import pandas as N',
  'import pandas as pd\nN = pd.read_csv("P")',
  'pd.set_option("x", 1)',
  'N = pd.read_csv(M)',
  'N.to_csv("P")',
  'with open("P") as N:\n    M = N.read()',
  'open("P", "w").write(N)',
  'N = spark.table("T")',
  'N = spark.table(M)',
  'N = spark.read.csv("P")',
  'N = M.filter("x > 1")',
  'N = spark.sql("select * from T join v")',
  'N.write.saveAsTable("T")',
  'N.write.mode("append").saveAsTable("T")',
  'N.createOrReplaceTempView("v")',
  'N.createOrReplaceTempView("t")',
  'spark.catalog.dropTempView("v")',
  'display(N)',
  'N.count()',
  'spark.sql(f"insert into {M} values (1)")',
  'spark.sql("use schema s")',
  'dbutils.widgets.text("p", "t")\nN = dbutils.widgets.get("p")',
  'N = dbutils.widgets.get("p")',
  'N = spark.table(dbutils.widgets.get("p"))',
  'dbutils.notebook.exit("x")',
  'if N:\n    dbutils.notebook.exit(M)',
  'dbutils.library.restartPython()',
  'dbutils.notebook.run("./other", 60)',
  'exec(N)',
  'from mod import *',
  'from mod import N',
  'import mod\nN = mod.go(M)',
  'import mod\nmod.go(N)',
  'from unknown_module import *',
  'import random\nN = random.random()',
  '# dagbook: run=off\nN = M',
  '# dagbook: reads=T writes=main.s.w\nN',
  '# dagbook: after=a\nprint(N)',
  '# dagbook: after=zzz',
  '# dagbook: nonsense',
  'N = (',
  'N =\n',
  '!ls\nN = 1',
  'N = 1; M = N; N = M',
  'import os\nos.environ["X"] = N',
  'os.chdir(N)',
  'import os\nos.chdir("data")',
  'import sys\nsys.path.append("lib")',
  'import pkg.inner\nN = pkg.inner.go(M)',
  'from pkg import inner',
  'inner.K.append(N)',
  'from functools import partial\nN = partial(M, O)',
  'N = open("P")',
  'N = open("P", "a")\nN.write(M)',
  'N.read()',
  'N = f"{M}_x"\nspark.table(N)',
  'N = map(M, O)',
  'from collections import namedtuple\nN = namedtuple("N", ["x", "y"])',
  'N = M("t", 1)\nspark.table(N.x)',
  'while N < 3:\n    N += 1',
  'def N(x):\n    return N(x + "a") if x else M',
  'N.createOrReplaceTempView(M)',
  'spark.table(N).createOrReplaceTempView(M)',
  'spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")',
  'N.write.mode("overwrite").partitionBy("d").saveAsTable("T")',
  'N.write.option("path", "P").saveAsTable("T")',
  'N.write.mode("overwrite").save("P")',
  'if N:\n    spark.sql("use schema s")',
  'dbutils.widgets.text("p", "")\nN = dbutils.widgets.get("p")',
  'N = spark.table(f"{M}.u")',
  'N.write.saveAsTable(f"main.{M}.u")',
  'spark.conf.set("my.schema", M)',
  'spark.conf.set("my.schema", "s")\nN = spark.conf.get("my.schema")',
  '',
  '# only a remark',
  '%sql\nselect * from T',
  '%sql\nselect * from v where x = :p',
  '%sql\ninsert into T select * from v',
  '%sql\ncreate or replace temp view v as select * from T',
  '%sql\ncreate or replace view s.w as select * from T',
  '%sql\nselect * from s.w',
  '%sql\ndrop view v',
  '%sql\ndrop table T',
  '%sql\ncreate schema if not exists s',
  '%sql\nuse schema s',
  '%sql\ncreate table T location "P" as select 1',
  '%sql\ninsert overwrite T select * from v',
  '%sql\nset spark.sql.sources.partitionOverwriteMode = dynamic',
  '%sql\nselect * from ${p}',
  '%sql\nselect * from ${p}.u',
  '%sql\ninsert into main.${p}.t select * from ${my.schema}.u',
  '%sql\nset my.schema = s',
  '%sql\ncreate or replace view ${p}.w as select * from T',
  '%sql\nselect * from main.${p}.w',
  '%sql\nselect * from s.${p}_x',
  '%cd data',
  '%sql\nmerge into T using v on T.x = v.x when matched then delete',
  '%sql\ndeclare variable q int; select q from T',
  '%sql\nselect * from q',
  '%sql\nnonsense from here',
  '%md\n# Title',
  '%pip\ninstall pandas',
  '%sh\nls',
  '%fs\ncp P /tmp/y',
  '%run\n./other',
  '%run\n./other $p="u"',
  '%run\n./missing',
  '%scala\nval x = 1',
]

/** Those on which most others hang: some of them are in every notebook. */
const core: readonly string[] = [
  'N = "t"',
  'N = "u"',
  'N = []',
  'N = M',
  'N = spark.table(M)',
  'N.append(M)',
  'M = N()',
  'def N():\n    return spark.table(M)',
  'def N():\n    M.append(1)',
  'if M:\n    N = []',
  'N = (x for x in M)',
  'next(N)',
  'N.createOrReplaceTempView("t")',
  'spark.sql("use schema s")',
  '%sql\nselect * from t',
]

/** Cells of these shapes and names. */
function cellText(someShapes: readonly string[], names: readonly string[]): fc.Arbitrary<string> {
  const name = fc.constantFrom(...names)
  const parts = fc.array(fc.constantFrom(...someShapes), { minLength: 1, maxLength: 2 })
  return fc.tuple(parts, name, name, name, table, path).map(([chosen, n, m, o, t, p]) => {
    const fill = (text: string): string =>
      text
        .replace(/\bN\b/g, n)
        .replace(/\bM\b/g, m)
        .replace(/\bO\b/g, o)
        .replace(/\bT\b/g, t)
        .replace(/(?<=["' ])P\b/g, p)
    const [first, ...more] = chosen.map(fill)
    // Only Python goes together with Python in one cell.
    return first!.startsWith('%') ? first! : [first, ...more.filter((text) => !text.startsWith('%'))].join('\n')
  })
}

const fileTexts: Readonly<Record<string, readonly (string | null)[]>> = {
  'mod.py': [
    null,
    'def go(x):\n    x.append(1)\n    return x\na = 1\n',
    'def go(x):\n    return spark.table("s.t")\ndf = []\n',
    'b = 2\n',
  ],
  'lib/pkg/inner.py': [
    null,
    'K = []\ndef go(x):\n    global K\n    K = [x]\n    return K\n',
    'def go(x):\n    return 1\n',
  ],
  'pkg/inner.py': [null, 'from mod import go\nK = []\n', 'K = (\n'],
  'other.py': [
    null,
    '# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\nb = [a]\n',
    '# Databricks notebook source\ndbutils.widgets.text("p", "x")\ndf = spark.table(dbutils.widgets.get("p"))\n',
    '# Databricks notebook source\n# MAGIC %sql\n# MAGIC insert into t select * from v\n',
  ],
}

const fileEdit = fc.constantFrom(...Object.keys(fileTexts)).chain((each) =>
  fc.record({
    op: fc.constant('file' as const),
    name: fc.constant(each),
    text: fc.constantFrom(...fileTexts[each]!),
  }),
)

const at = fc.nat({ max: 30 })

function randomEdit(text: fc.Arbitrary<string>): fc.Arbitrary<RandomEdit> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ op: fc.constant('change' as const), at, text }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('append' as const), at, text }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('insert' as const), at, text }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), at }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('move' as const), at, to: at }) },
    { weight: 1, arbitrary: fileEdit },
  )
}

/**
 * A notebook and edits of it. Each time only a few shapes and names take part, so that what one cell makes is what another one
 * uses.
 */
export const randomEdits: fc.Arbitrary<{ readonly first: EditedNotebook; readonly edits: readonly RandomEdit[] }> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...core), { minLength: 3, maxLength: 6 }),
    fc.uniqueArray(fc.constantFrom(...shapes), { maxLength: 4 }),
    fc.uniqueArray(fc.constantFrom(...allNames), { minLength: 1, maxLength: 3 }),
  )
  .chain(([someCore, others, names]) => {
    const text = cellText([...someCore, ...others], names)
    const first = fc
      .tuple(fc.array(text, { minLength: 1, maxLength: 9 }), fc.array(fileEdit, { maxLength: 2 }))
      .map(([texts, edits]) => ({
        cells: texts.map((each, index) => ({ id: `c${index}`, cell: cellOf(each) })),
        files: Object.fromEntries(edits.flatMap((edit) => (edit.text === null ? [] : [[edit.name, edit.text]]))),
      }))
    return fc.record({ first, edits: fc.array(randomEdit(text), { minLength: 1, maxLength: 6 }) })
  })

let last = 0

/** The notebook after an edit. */
export function edited({ cells, files }: EditedNotebook, edit: RandomEdit): EditedNotebook {
  if (edit.op === 'file') {
    const { [edit.name]: _, ...others } = files
    return { cells, files: edit.text === null ? others : { ...others, [edit.name]: edit.text } }
  }
  const place = cells.length === 0 ? 0 : edit.at % cells.length
  if (edit.op === 'insert') {
    return { cells: cells.toSpliced(place, 0, { id: `n${++last}`, cell: cellOf(edit.text) }), files }
  }
  const one = cells[place]
  if (one === undefined) return { cells, files }
  switch (edit.op) {
    case 'change':
      return { cells: cells.with(place, { ...one, cell: cellOf(edit.text) }), files }
    case 'append': {
      const source = `${one.cell.source}\n${cellOf(edit.text).source}`
      return { cells: cells.with(place, { ...one, cell: { ...one.cell, source } }), files }
    }
    case 'delete':
      return { cells: cells.toSpliced(place, 1), files }
    case 'move': {
      const others = cells.toSpliced(place, 1)
      return { cells: others.toSpliced(edit.to % cells.length, 0, one), files }
    }
  }
}

function cellOf(text: string): Cell {
  const magic = /^%(sql|run|pip|sh|fs|scala|r|md)\b\s*/.exec(text)
  const kind = (magic === null ? 'python' : magic[1] === 'md' ? 'markdown' : magic[1]) as CellKind
  return {
    kind,
    title: null,
    source: text.slice(magic?.[0].length ?? 0),
    line: 1,
    text: { lead: '', body: '', trail: '' },
  }
}

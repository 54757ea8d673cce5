import fc from 'fast-check'
import { tellValue } from './agreement.ts'

/** A notebook that somebody might have written, as the text of its file. */
export interface Pipeline {
  readonly text: string
  /** What it passes to `--param`. */
  readonly values: readonly string[]
}

/**
 * Notebooks of Python that mix names, functions, changes in place, mixed cells, parameters and Markdown; the same ones for a seed. The
 * last cells tell the value of every name.
 */
export function pythonPipelines(seed: number, count: number): Pipeline[] {
  const steps = fc.array(fc.tuple(fc.nat(pythonSteps.length - 1), fc.nat(1000)), { minLength: 10, maxLength: 14 })
  return fc.sample(steps, { seed, numRuns: count }).map(pythonPipeline)
}

/** The same with SQL cells, temp views and tables. */
export function sqlPipelines(seed: number, count: number): Pipeline[] {
  const each = fc.array(fc.nat(1000), { minLength: sqlSteps.length, maxLength: sqlSteps.length })
  const order = fc.shuffledSubarray([...sqlSteps.keys()], { minLength: 5, maxLength: 5 })
  const steps = fc.tuple(order, each).map(([which, salts]) => which.map((step) => [step, salts[step]!] as const))
  return fc.sample(steps, { seed, numRuns: count }).map(sqlPipeline)
}

/** What a step may build on: an earlier name of a kind, or a new one. */
interface Names {
  readonly some: (kind: string) => string
  readonly fresh: (kind: string) => string
  readonly salt: number
}

type Step = (names: Names) => string

const pythonSteps: readonly Step[] = [
  ({ fresh, salt }) => `import math\n\n${fresh('n')} = math.floor(${salt} / 7) + 1`,
  ({ some, fresh }) => `${fresh('n')} = ${some('n')} * 3 + 1`,
  ({ some, fresh, salt }) =>
    `def ${fresh('f')}(x):\n    """Reads a name when it is called."""\n    return x * ${salt % 5} + ${some('n')}`,
  ({ some, fresh }) => `${fresh('n')} = ${some('f')}(${some('n')}) % 1009`,
  ({ some, fresh }) => `${fresh('l')} = [${some('n')}, ${some('n')}, [${some('n')}]]`,
  ({ some }) => `${some('l')}.append(${some('n')})`,
  ({ some, fresh }) => `${fresh('l')} = ${some('l')}\nlength = len(${some('l')})`,
  ({ some, salt }) => `${some('l')}[2].append(${salt})`,
  ({ some }) => `${some('n')} += len(${some('l')})`,
  ({ some, fresh }) => {
    const made = fresh('d')
    return `from collections import Counter\n\n${made} = dict(Counter(str(${some('n')})))\n${made}["of"] = list(${some('l')})`
  },
  ({ some, salt }) => `${some('d')}["k${salt}"] = ${some('f')}(${salt})`,
  ({ some, fresh }) => `import pandas as pd\n\n${fresh('t')} = pd.DataFrame({"a": range(5), "b": [${some('n')}] * 5})`,
  ({ some }) => `${some('t')}["c"] = ${some('t')}["a"] * ${some('n')}`,
  ({ some, fresh }) => `${fresh('n')} = int(${some('t')}["b"].sum()) % 1009`,
  ({ some, salt }) => {
    const called = some('n')
    return `for i in range(${salt % 7}):\n    ${called} = (${called} * 31 + i) % 1009`
  },
  ({ some, salt }) => `%md\n## Part ${salt}\nAbout ${some('n')}, which is not read here.`,
  ({ some, fresh }) => {
    const name = fresh('C')
    return (
      `class ${name}:\n    seen = []\n\n    def see(self, x):\n        self.seen.append(x)\n        return len(self.seen)\n\n\n` +
      `${fresh('n')} = ${name}().see(${some('n')})`
    )
  },
]

function pythonPipeline(steps: readonly (readonly [number, number])[]): Pipeline {
  const start = [
    '%md\n# A made notebook',
    'dbutils.widgets.text("size", "3", "Size")\nn0 = int(dbutils.widgets.get("size"))',
    'l0 = [n0, 2, [3]]\nd0 = {"n": n0}',
    'def f0(x):\n    return x + n0',
    'import pandas as pd\n\nt0 = pd.DataFrame({"a": [1, 2], "b": [n0, 5]})',
  ]
  const known = new Map<string, number>(['n', 'l', 'd', 'f', 't'].map((kind) => [kind, 1]))
  const middle = follow(pythonSteps, steps.slice(0, 9), known)
  const told: Record<string, (name: string) => string> = {
    n: (name) => name,
    l: (name) => name,
    d: (name) => `sorted(${name}.items(), key=repr)`,
    f: (name) => `${name}(11)`,
    t: (name) => `${name}.to_json()`,
  }
  // One cell for each kind: a cell that reads everything would hide what is missing.
  const ends = Object.entries(told).map(([kind, text]) =>
    Array.from({ length: known.get(kind)! }, (_, at) => tellValue(`${kind}${at}`, text(`${kind}${at}`))).join('\n'),
  )
  const cells = [...start, ...middle, ...ends]
  return { text: notebookFile(cells), values: valueNames(cells) }
}

const sqlSteps: readonly Step[] = [
  ({ fresh, some, salt }) =>
    `%sql\nCREATE OR REPLACE TABLE ${fresh('t')} USING DELTA AS\nSELECT id, id * ${1 + (salt % 9)} AS v, g FROM ${some('t')} WHERE id <> ${salt % 5}`,
  ({ some, salt }) => `%sql\nINSERT INTO ${some('t')} SELECT ${100 + salt} AS id, ${salt} AS v, 'new' AS g`,
  ({ fresh, some, salt }) =>
    `from pyspark.sql import functions as F\n\n` +
    `frame = spark.table("${some('t')}").where(F.col("v") > ${salt % 20}).withColumn("v", F.col("v") + 1)\n` +
    `frame.write.format("delta").mode("overwrite").saveAsTable("${fresh('t')}")`,
  ({ fresh, some }) =>
    `%sql\nCREATE OR REPLACE TEMP VIEW ${fresh('w')} AS\nSELECT g, COUNT(*) AS n, SUM(v) AS v FROM ${some('t')} GROUP BY g`,
  ({ fresh, some }) => `spark.table("${some('t')}").select("id", "v").createOrReplaceTempView("${fresh('w')}")`,
  ({ some, salt }) => `%sql\nUPDATE ${some('t')} SET v = v + ${salt % 10} WHERE id % 2 = 0`,
  ({ some, salt }) => `spark.sql("DELETE FROM ${some('t')} WHERE id = ${salt % 6}")`,
  ({ some }) => `more = spark.table("${some('t')}").limit(0)\nmore.write.mode("append").saveAsTable("${some('t')}")`,
]

function sqlPipeline(steps: readonly (readonly [number, number])[]): Pipeline {
  const start = [
    '%md\n# Made tables',
    'dbutils.widgets.text("least", "1", "Least")\nspark.sql("CREATE SCHEMA IF NOT EXISTS s")',
    "%sql\nCREATE OR REPLACE TABLE s.t0 USING DELTA AS\nSELECT id, id * 3 AS v, IF(id % 3 = 0, 'x', 'y') AS g FROM range(8)\nWHERE id >= CAST(:least AS INT)",
    '%sql\nCREATE OR REPLACE TEMP VIEW w0 AS SELECT g, v FROM s.t0 WHERE v > 7',
  ]
  const known = new Map([
    ['t', 1],
    ['w', 1],
  ])
  const middle = follow(sqlSteps, steps, known, 's.')
  const result = [
    `%sql\nSELECT g, COUNT(*) AS n FROM s.t${known.get('t')! - 1} GROUP BY g ORDER BY g`,
    `summary = _sqldf.toPandas()\n${tellValue('summary', 'summary.to_json()')}`,
  ]
  const tables = Array.from({ length: known.get('t')! }, (_, at) => [`t${at}`, `s.t${at}`])
  const views = Array.from({ length: known.get('w')! }, (_, at) => [`w${at}`, `w${at}`])
  const ends = [tables, views].map((names) =>
    names
      .map(([name, at]) => tellValue(name!, `sorted(tuple(row) for row in spark.table("${at}").collect())`))
      .join('\n'),
  )
  const cells = [...start, ...middle, ...result, ...ends]
  return { text: notebookFile(cells), values: valueNames(cells) }
}

/** The sources of steps, each building on names of those before it. */
function follow(
  all: readonly Step[],
  steps: readonly (readonly [number, number])[],
  known: Map<string, number>,
  schema = '',
): string[] {
  return steps.map(([which, salt]) => {
    let draws = 0
    const named = (kind: string, at: number): string => `${kind === 't' ? schema : ''}${kind}${at}`
    // A new name must not be seen by what the same step reads.
    const made: string[] = []
    const source = all[which]!({
      salt,
      some: (kind) => named(kind, (salt * 7 + 13 * ++draws) % known.get(kind)!),
      fresh: (kind) => {
        made.push(kind)
        return named(kind, (known.get(kind) ?? 0) + made.filter((each) => each === kind).length - 1)
      },
    })
    for (const kind of made) known.set(kind, (known.get(kind) ?? 0) + 1)
    return source
  })
}

function valueNames(cells: readonly string[]): string[] {
  return cells.flatMap((source) => [...source.matchAll(/VALUE (\w+)/g)].map(([, name]) => name!))
}

/** The file of a notebook whose cells may start with `%sql` and `%md`. */
export function notebookFile(cells: readonly string[]): string {
  const text = cells.map((source) => (source.startsWith('%') ? source.replace(/^/gm, '# MAGIC ') : source))
  return `# Databricks notebook source\n${text.join('\n\n# COMMAND ----------\n\n')}\n`
}

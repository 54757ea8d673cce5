import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import type { Graph } from './index.ts'
import { graphOf } from './graph.testing.ts'

beforeAll(loadSql)

/** The edges that tables and views make. Cells are SQL; `#py` begins one of Python. */
function told(cells: string): string {
  return graphOf(cells.split(' /// ').map((text) => (text.startsWith('#py ') ? text.slice(4) : `%sql ${text}`)))
    .edges.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'table' || kind === 'view'))
    .map(({ from, to }) => `${from}>${to}`)
    .join(' ')
}

test.each([
  // The same name with the same parameters is the same table.
  ['INSERT INTO ${c}.${s}.a VALUES (1) /// SELECT * FROM ${c}.${s}.a', '0>1'],
  ['INSERT INTO ${c}.${s}.a VALUES (1) /// SELECT * FROM ${c}.${s}.b', ''],
  ['INSERT INTO ${c}.${s}_raw.a VALUES (1) /// SELECT * FROM ${c}.${s}.a', ''],
  ['SELECT * FROM ${c}.${s}.a /// INSERT INTO ${c}.${s}.a VALUES (1)', '0>1'],
  ['SELECT * FROM $c.s.a /// INSERT INTO IDENTIFIER(:c || ".s.a") VALUES (1)', '0>1'],
  ['INSERT INTO ${c}.s.A VALUES (1) /// SELECT * FROM ${c}.S.a', '0>1'],
  // Other parameters may have any value, and so may what a plain name stands for.
  ['INSERT INTO ${c}.${s}.a VALUES (1) /// SELECT * FROM ${d}.${s}.a', '0>1'],
  ['INSERT INTO ${c}.${s}.a VALUES (1) /// SELECT * FROM main.sales.a', '0>1'],
  ['INSERT INTO main.sales.a VALUES (1) /// SELECT * FROM ${c}.${s}.a', '0>1'],
  ['INSERT INTO main.sales.a VALUES (1) /// SELECT * FROM ${c}.${s}.b', ''],
  ['INSERT INTO main.sales.a VALUES (1) /// SELECT * FROM dev.${s}.a', ''],
  ['INSERT INTO a VALUES (1) /// SELECT * FROM ${s}.a', '0>1'],
  // What holds tables.
  ['CREATE SCHEMA sales /// SELECT * FROM ${c}.${s}.a', '0>1'],
  ['SELECT * FROM ${c}.${s}.a /// DROP SCHEMA sales', '0>1'],
  ['INSERT INTO ${c}.${s}.a VALUES (1) /// SHOW TABLES IN sales', '0>1'],
  // What is not known at all.
  ['INSERT INTO ${c}.${s}.a VALUES (1) /// SELECT * FROM ${t}', '0>1'],
  ['INSERT INTO ${t} VALUES (1) /// SELECT * FROM ${c}.${s}.a', '0>1'],
  ['INSERT INTO ${c}.s.a VALUES (1) /// INSERT INTO ${t} VALUES (1) /// SELECT * FROM ${c}.s.a', '0>1 0>2 1>2'],
  // Views mean their tables where they are used.
  [
    'CREATE VIEW ${c}.s.v AS SELECT * FROM m.s.a /// INSERT INTO m.s.a VALUES (1) /// SELECT * FROM ${c}.s.v',
    '0>1 0>2 1>2',
  ],
  [
    'CREATE VIEW ${c}.s.v AS SELECT * FROM m.s.a /// INSERT INTO m.s.a VALUES (1) /// SELECT * FROM dev.s.v',
    '0>1 0>2 1>2',
  ],
  [
    'CREATE VIEW dev.s.v AS SELECT * FROM m.s.a /// INSERT INTO m.s.a VALUES (1) /// SELECT * FROM ${c}.s.v',
    '0>1 0>2 1>2',
  ],
  [
    'CREATE TEMP VIEW v AS SELECT * FROM ${c}.s.a /// INSERT INTO ${c}.s.a VALUES (1) /// SELECT * FROM v',
    '0>1 0>2 1>2',
  ],
  // Where the current schema is not known.
  ['USE ${s} /// INSERT INTO a VALUES (1) /// SELECT * FROM a /// SELECT * FROM b', '1>2'],
  ['USE ${s} /// CREATE TEMP VIEW a AS SELECT 1 /// SELECT * FROM a /// INSERT INTO x.a VALUES (1)', '1>2'],
  // Python asks for the same parameters.
  ['#py c = dbutils.widgets.get("c")\nspark.sql(f"INSERT INTO {c}.s.a VALUES (1)") /// SELECT * FROM ${c}.s.a', '0>1'],
  ['#py c = dbutils.widgets.get("c")\nspark.sql(f"INSERT INTO {c}.s.a VALUES (1)") /// SELECT * FROM ${c}.s.b', ''],
  [
    '#py c = dbutils.widgets.get("c").strip() /// #py df.write.saveAsTable(f"{c}.s.a") /// SELECT * FROM dev.s.b /// SELECT * FROM dev.s.a',
    '1>3',
  ],
  [
    '#py c = dbutils.widgets.get("c")\nt = c + ".s." + "A" /// #py df.write.saveAsTable(t.lower()) /// #py spark.table("%s.s.a" % c) /// #py spark.table(c)',
    '1>2 1>3',
  ],
  [
    '#py c = dbutils.widgets.get("c")\ndef fq(t): return f"{c}.s.{t}" /// #py df.write.saveAsTable(fq("a")) /// #py spark.table(fq("b")); spark.table(fq("a"))',
    '1>2',
  ],
  [
    '#py c = dbutils.widgets.get("c"); d = input() /// #py df.write.saveAsTable(f"{c}.{d}.a") /// SELECT * FROM ${c}.s.b',
    '1>2',
  ],
  [
    '#py dbutils.widgets.text("c", "dev")\nc = dbutils.widgets.get("c") /// #py df.write.saveAsTable(f"{c}.s.a") /// SELECT * FROM dev.s.a /// SELECT * FROM x.s.a',
    '1>2',
  ],
  // Settings have the text that they were set to last.
  ['SET a.b = x /// INSERT INTO ${a.b}_y.t VALUES (1) /// SELECT * FROM x_y.t /// SELECT * FROM x.t', '1>2'],
  ['SET a.b = $p; INSERT INTO ${a.b}.s.t VALUES (1) /// SELECT * FROM ${p}.s.t /// SELECT * FROM ${p}.s.u', '0>1'],
  ['SET a.b = x; SET a.c = ${a.b}_y; INSERT INTO ${a.c}.t VALUES (1) /// SELECT * FROM x_y.t', '0>1'],
  [
    'SET a.b = x /// SET a.b = y /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM x.t /// SELECT * FROM y.t',
    '2>4',
  ],
  ['SET a.b = x /// RESET /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM y.t', '2>3'],
  [
    '#py spark.conf.set("a.b", "x") /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM x.t /// SELECT * FROM y.t',
    '1>2',
  ],
  [
    '#py spark.conf.set("a.b", "x") /// #py spark.table(spark.conf.get("a.b") + ".t") /// DROP TABLE x.t /// DROP TABLE y.t',
    '1>2',
  ],
  [
    '#py spark.conf.set("a.b", "x")\nif q: spark.conf.set("a.b", "y") /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM y.t',
    '1>2',
  ],
  [
    '#py spark.conf.set("a.b", "x")\nspark.conf.set(q, "y") /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM y.t',
    '1>2',
  ],
  ['#py spark.conf.set("a.b", "x")\nspark.sql(q) /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM y.t', '0>1 1>2'],
  ['#py spark.sql("SET a.b = x") /// INSERT INTO ${a.b}.t VALUES (1) /// SELECT * FROM y.t', ''],
])('%s', (cells, edges) => {
  expect(told(cells)).toBe(edges)
})

test('whatever values the parameters have, no order is missing', () => {
  const name = fc.constantFrom(
    '${c}.${s}.a',
    '${c}.${s}.b',
    '${c}.${s}_x.a',
    '${n}.a',
    'main.x.a',
    'x.${t}b',
    '${c}.x.${t}a',
    'main.default.b',
    '${t}.x.a',
  )
  const cell = fc.oneof(
    name.map((table) => `INSERT INTO ${table} VALUES (1)`),
    name.map((table) => `CREATE OR REPLACE TABLE ${table} AS SELECT 1`),
    name.map((table) => `SELECT * FROM ${table}`),
    fc.tuple(name, name).map(([view, table]) => `CREATE OR REPLACE VIEW ${view} AS SELECT * FROM ${table}`),
    fc.tuple(name, name).map(([to, from]) => `INSERT INTO ${to} SELECT * FROM ${from}`),
    fc.constantFrom('CREATE SCHEMA main.x', 'DROP SCHEMA x', 'SELECT * FROM ${q}', 'DROP TABLE ${n}.a'),
  )
  const values = fc.record({
    c: fc.constantFrom('main', 'dev', 'x'),
    s: fc.constantFrom('x', 'default'),
    n: fc.constantFrom('x', 'default', 'main.x', 'dev.x'),
    t: fc.constantFrom('x', 'main', 'a'),
    q: fc.constantFrom('main.x.a', 'b'),
  })
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), values, (cells, known) => {
      const filled = cells.map((text) => text.replace(/\$\{(\w)\}/g, (_, key: keyof typeof known) => known[key]))
      const reached = reachable(graphOf(cells.map((text) => `%sql ${text}`)))
      for (const { from, to } of graphOf(filled.map((text) => `%sql ${text}`)).edges)
        expect([from, to, reached.has(`${from} ${to}`)]).toEqual([from, to, true])
    }),
    { numRuns: 2_000 },
  )
})

/** Pairs of cells that edges join, directly or through others. */
function reachable({ cells, edges }: Graph): ReadonlySet<string> {
  const pairs = new Set<string>()
  for (const { id } of cells) {
    const seen = new Set([id])
    for (const from of seen) for (const edge of edges) if (edge.from === from) seen.add(edge.to)
    for (const to of seen) if (to !== id) pairs.add(`${id} ${to}`)
  }
  return pairs
}

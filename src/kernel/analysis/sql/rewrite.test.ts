import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadSql, rewriteSql, sqlTables } from './index.ts'

beforeAll(loadSql)

/** `a.b.t` → `d.b__t`; names of one part are temp views here, but `orders`. */
function place(parts: string[]): string | null {
  if (parts.length === 1 && parts[0]!.toLowerCase() !== 'orders') return null
  return `d.\`${parts.join('__').toLowerCase()}\``
}
const rewrite = (sql: string) => rewriteSql(sql, place).sql

test.each([
  ['SELECT 1', 'SELECT 1'],
  ['SELECT * FROM v', 'SELECT * FROM v'],
  ['SELECT * FROM a.b.t', 'SELECT * FROM d.`a__b__t` AS `t`'],
  ['SELECT t.x FROM a . b . `T` /* c */ WHERE t.x > 1', 'SELECT t.x FROM d.`a__b__t` AS `T` /* c */ WHERE t.x > 1'],
  ['SELECT a.b.t.x, b.t.y, t.z, a.b.t.* FROM a.b.t', 'SELECT `t`.x, `t`.y, t.z, `t`.* FROM d.`a__b__t` AS `t`'],
  [
    'SELECT a.b.t.x FROM ((SELECT 1) q CROSS JOIN a.b.t)',
    'SELECT `t`.x FROM ((SELECT 1) q CROSS JOIN d.`a__b__t` AS `t`)',
  ],
  ['SELECT a.b.t.x FROM a.b.t o', 'SELECT a.b.t.x FROM d.`a__b__t` o'],
  ['SELECT s.b.t FROM a.b.t AS s', 'SELECT s.b.t FROM d.`a__b__t` AS s'],
  ['SELECT s.f.g.h FROM a.b.t', 'SELECT s.f.g.h FROM d.`a__b__t` AS `t`'],
  ['SELECT Orders.x FROM orders', 'SELECT Orders.x FROM d.`orders` AS `orders`'],
  [
    'SELECT * FROM a.b.t JOIN c.d.u ON a.b.t.id = u.id',
    'SELECT * FROM d.`a__b__t` AS `t` JOIN d.`c__d__u` AS `u` ON `t`.id = u.id',
  ],
  [
    'SELECT a.b.t.x, c.b.t.x FROM a.b.t JOIN c.b.t ON a.b.t.x = c.b.t.x',
    'SELECT `t`.x, `t__2`.x FROM d.`a__b__t` AS `t` JOIN d.`c__b__t` AS `t__2` ON `t`.x = `t__2`.x',
  ],
  ['SELECT * FROM a.b.t, a.b.u', 'SELECT * FROM d.`a__b__t` AS `t`, d.`a__b__u` AS `u`'],
  ['SELECT * FROM a.b.t VERSION AS OF 3 WHERE x', 'SELECT * FROM d.`a__b__t` VERSION AS OF 3 AS `t` WHERE x'],
  [
    'SELECT * FROM a.b.t TIMESTAMP AS OF date_sub(now(), 1) LEFT JOIN a.b.u USING (x)',
    'SELECT * FROM d.`a__b__t` TIMESTAMP AS OF date_sub(now(), 1) AS `t` LEFT JOIN d.`a__b__u` AS `u` USING (x)',
  ],
  ['SELECT * FROM a.b.t TABLESAMPLE (3 ROWS)', 'SELECT * FROM d.`a__b__t` TABLESAMPLE (3 ROWS) AS `t`'],
  ['SELECT * FROM a.b.t PIVOT (sum(x) FOR y IN (1))', 'SELECT * FROM d.`a__b__t` AS `t` PIVOT (sum(x) FOR y IN (1))'],
  [
    'SELECT * FROM a.b.t LATERAL VIEW explode(t.xs) e AS x, y',
    'SELECT * FROM d.`a__b__t` AS `t` LATERAL VIEW explode(t.xs) e AS x, y',
  ],
  [
    'SELECT * FROM a.b.t WHERE EXISTS (SELECT 1 FROM a.b.u WHERE a.b.u.x = a.b.t.x)',
    'SELECT * FROM d.`a__b__t` AS `t` WHERE EXISTS (SELECT 1 FROM d.`a__b__u` AS `u` WHERE `u`.x = `t`.x)',
  ],
  [
    'SELECT a.b.t.x FROM a.b.t UNION SELECT a.b.t.x FROM a.b.t s JOIN a.b.u',
    'SELECT `t`.x FROM d.`a__b__t` AS `t` UNION SELECT a.b.t.x FROM d.`a__b__t` s JOIN d.`a__b__u` AS `u`',
  ],
  [
    'WITH t AS (SELECT * FROM a.b.t) SELECT * FROM t JOIN b.t',
    'WITH t AS (SELECT * FROM d.`a__b__t` AS `t`) SELECT * FROM t JOIN d.`b__t` AS `t`',
  ],
  ["SELECT * FROM IDENTIFIER('a.b.t')", 'SELECT * FROM d.`a__b__t` AS `t`'],
  ["SELECT * FROM table_changes('a.b.t', 1)", "SELECT * FROM table_changes('d.`a__b__t`', 1)"],
  ['SELECT * FROM delta.`/x` x', 'SELECT * FROM delta.`/x` x'],
  ['SELECT \'a.b.t\', "a.b.t" -- a.b.t\nFROM a.b.t', 'SELECT \'a.b.t\', "a.b.t" -- a.b.t\nFROM d.`a__b__t` AS `t`'],
  ['TABLE a.b.t', 'TABLE d.`a__b__t`'],
  ['INSERT INTO a.b.t (x) SELECT x FROM a.b.u', 'INSERT INTO d.`a__b__t` (x) SELECT x FROM d.`a__b__u` AS `u`'],
  [
    'INSERT OVERWRITE TABLE a.b.t PARTITION (p = 1) TABLE a.b.u',
    'INSERT OVERWRITE TABLE d.`a__b__t` PARTITION (p = 1) TABLE d.`a__b__u`',
  ],
  [
    'MERGE INTO a.b.t USING a.b.u ON a.b.t.id = u.id WHEN MATCHED THEN UPDATE SET t.x = a.b.u.x WHEN NOT MATCHED THEN INSERT *',
    'MERGE INTO d.`a__b__t` AS `t` USING d.`a__b__u` AS `u` ON `t`.id = u.id WHEN MATCHED THEN UPDATE SET t.x = `u`.x WHEN NOT MATCHED THEN INSERT *',
  ],
  [
    'MERGE INTO a.b.t x USING (SELECT * FROM a.b.u) y ON x.id = y.id WHEN MATCHED THEN DELETE',
    'MERGE INTO d.`a__b__t` x USING (SELECT * FROM d.`a__b__u` AS `u`) y ON x.id = y.id WHEN MATCHED THEN DELETE',
  ],
  ['UPDATE a.b.t SET x = t.y WHERE a.b.t.z', 'UPDATE d.`a__b__t` AS `t` SET x = t.y WHERE `t`.z'],
  ['DELETE FROM a.b.t', 'DELETE FROM d.`a__b__t` AS `t`'],
  [
    'CREATE OR REPLACE TABLE a.b.t USING delta AS SELECT * FROM a.b.t',
    'CREATE OR REPLACE TABLE d.`a__b__t` USING delta AS SELECT * FROM d.`a__b__t` AS `t`',
  ],
  ['CREATE TABLE a.b.t LIKE a.b.u', 'CREATE TABLE d.`a__b__t` LIKE d.`a__b__u`'],
  [
    'CREATE TEMP VIEW w AS SELECT * FROM a.b.t; SELECT * FROM w',
    'CREATE TEMP VIEW w AS SELECT * FROM d.`a__b__t` AS `t`; SELECT * FROM w',
  ],
  [
    'CREATE TEMP VIEW orders AS TABLE b.t; SELECT * FROM orders',
    'CREATE TEMP VIEW orders AS TABLE d.`b__t`; SELECT * FROM orders',
  ],
  ['ALTER TABLE a.b.t RENAME TO a.b.u', 'ALTER TABLE d.`a__b__t` RENAME TO d.`a__b__u`'],
  ['DESCRIBE TABLE EXTENDED a.b.t', 'DESCRIBE TABLE EXTENDED d.`a__b__t`'],
  ['DROP TABLE IF EXISTS a.b.t', 'DROP TABLE IF EXISTS d.`a__b__t`'],
  ['OPTIMIZE a.b.t ZORDER BY (x)', 'OPTIMIZE d.`a__b__t` ZORDER BY (x)'],
  ['VACUUM a.b.t', 'VACUUM d.`a__b__t`'],
  ["COPY INTO a.b.t FROM '/x' FILEFORMAT = CSV", "COPY INTO d.`a__b__t` FROM '/x' FILEFORMAT = CSV"],
  [
    'FROM a.b.t |> WHERE t.x |> JOIN a.b.u USING (x)',
    'FROM d.`a__b__t` AS `t` |> WHERE t.x |> JOIN d.`a__b__u` AS `u` USING (x)',
  ],
  ['EXPLAIN SELECT * FROM a.b.t', 'EXPLAIN SELECT * FROM d.`a__b__t` AS `t`'],
  ['SELECT extract(year FROM a.b.t.d) FROM a.b.t', 'SELECT extract(year FROM `t`.d) FROM d.`a__b__t` AS `t`'],
])('%s', (sql, expected) => {
  expect(rewrite(sql)).toBe(expected)
})

test('a place may refuse a table, and then nothing of it changes', () => {
  const sql = 'SELECT a.b.t.x, a.b.u.y FROM a.b.t JOIN a.b.u'
  const { sql: rewritten } = rewriteSql(sql, (parts) => (parts[2] === 'u' ? 'd.u' : null))
  expect(rewritten).toBe('SELECT a.b.t.x, `u`.y FROM a.b.t JOIN d.u AS `u`')
})

test('writes are told from reads, and parts come without back-quotes', () => {
  const asked: [string, boolean][] = []
  rewriteSql('INSERT INTO A.`b c`.t SELECT * FROM u', (parts, write) => {
    asked.push([parts.join('|'), write])
    return null
  })
  expect(asked).toEqual([
    ['A|b c|t', true],
    ['u', false],
  ])
})

test('tables known only at run time are told, and values of parameters make them known', () => {
  const sql = 'SELECT * FROM IDENTIFIER(:t)'
  expect(rewriteSql(sql, place).unresolved.map(({ start, end }) => sql.slice(start, end))).toEqual(['IDENTIFIER(:t)'])
  expect(rewriteSql(sql, place, { t: 'a.b.t' })).toMatchObject({
    sql: 'SELECT * FROM d.`a__b__t` AS `t`',
    unresolved: [],
  })
})

test('positions lead back to the text of the user', () => {
  const sql = 'SELECT 😀.x, oops FROM a.b.t WHERE t.x > wrong AND a.b.t.y > bad'
  const { sql: rewritten, offset } = rewriteSql(sql, place)
  for (const word of ['SELECT', 'oops', 'FROM', 'WHERE', 'wrong', 'AND', 'bad']) {
    expect(offset(rewritten.indexOf(word))).toBe(sql.indexOf(word))
  }
  expect(offset(rewritten.indexOf('d.`a__b__t`') + 4)).toBe(sql.indexOf('a.b.t'))
  expect(offset(rewritten.length)).toBe(sql.length)
  expect(offset(0)).toBe(0)
})

test('tables are listed in text order, with the names they have at their place', () => {
  const sql = 'USE SCHEMA raw; INSERT INTO T SELECT * FROM a.`B`.c JOIN s.d; USE CATALOG dev; TABLE e'
  const tables = sqlTables(sql, { catalog: 'main', schema: 'sales' })
  expect(tables.map(({ name, write, view, span }) => [name, write, view, sql.slice(span.start, span.end)])).toEqual([
    ['main.raw.t', true, 't', 'T'],
    ['a.b.c', false, undefined, 'a.`B`.c'],
    ['main.s.d', false, undefined, 's.d'],
    ['dev.default.e', false, 'e', 'e'],
  ])
})

describe('any text', () => {
  const words = (
    'SELECT FROM JOIN ON WHERE AS WITH x IN ( ) , ; * UNION TABLE VALUES INSERT INTO a.b.t b.t a.b.t.x t MERGE USING ' +
    'LATERAL VIEW PIVOT 😀 \n EXCEPT VERSION AS OF 1 :p ${p} CREATE TEMP VIEW BEGIN END IF THEN'
  ).split(' ')
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(' '))

  test('where no table is placed stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), (sql) => {
        expect(rewriteSql(sql, () => null).sql).toBe(sql)
      }),
    )
  })

  test('keeps all but the names of its tables, and every kept position leads back', () => {
    fc.assert(
      fc.property(soup, (sql) => {
        const { sql: rewritten, offset } = rewriteSql(sql, () => 'ZZZ')
        const kept = sqlTables(sql, { catalog: 'c', schema: 's' })
        expect(rewritten.split('ZZZ').length - 1).toBe(kept.length)
        for (let at = 1; at <= rewritten.length; at++) expect(offset(at)).toBeGreaterThanOrEqual(offset(at - 1))
        const marks = [...rewritten.matchAll(/SELECT|WHERE|[;,*]/g)]
        for (const { 0: word, index } of marks) expect(sql.slice(offset(index), offset(index) + word.length)).toBe(word)
      }),
      { numRuns: 300 },
    )
  })
})

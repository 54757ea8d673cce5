import { beforeAll, describe, expect, test } from 'vitest'
import { loadSql } from '../../src/kernel/analysis/index.ts'
import { measure } from './measure.ts'
import { claimsToBeNotebook } from './notebook-files.ts'
import { pythonFaultOf } from './python-faults.ts'
import { share, tableOf } from './report.ts'
import { summarize } from './summary.ts'

beforeAll(loadSql)

const separator = '\n\n# COMMAND ----------\n\n'
const bytesOf = (text: string) => new TextEncoder().encode(text)
const source = (...cells: string[]) => bytesOf(`# Databricks notebook source\n${cells.join(separator)}\n`)
const magic = (word: string, text: string) =>
  text.replace(/^/gm, '# MAGIC ').replace('# MAGIC ', `# MAGIC %${word}\n# MAGIC `)
const file = (path: string, bytes: Uint8Array) => ({ root: '/p', path, bytes })
const measured = (...cells: string[]) => measure(file('a/n.py', source(...cells)), () => null)!

describe('a notebook is measured', () => {
  test('by cells, statements, accesses and edges', () => {
    const counts = measured(
      'spark.range(3).write.saveAsTable("orders")',
      magic('sql', 'SELECT * FROM orders; SELECT * FROM days'),
      'print x',
    )
    expect(counts).toMatchObject({
      opened: true,
      sameBytes: true,
      cells: 3,
      python: { all: 2, read: 1, faults: { 'python-2': 1 } },
      sql: { all: 2, understood: 2, named: 2 },
      accesses: { all: 3, symbolic: 0, unresolved: 0 },
      edges: { table: 1 },
      crashes: 0,
    })
    expect(counts.diagnostics).toMatchObject({ 'syntax-error': 1 })
    expect(counts.examples).toContainEqual(
      expect.objectContaining({
        cause: 'python-2',
        path: 'a/n.py',
        line: 11,
        text: expect.stringMatching(/^print x/) as string,
      }),
    )
  })

  test('by what has no name, with a cause', () => {
    const counts = measured(
      'def load(name):\n  return spark.table(name)',
      'load(input())',
      magic('sql', 'SELECT * FROM ${schema}.orders JOIN ${day}_orders; FROBNICATE x'),
    )
    expect(counts.sql).toEqual({ all: 2, understood: 1, named: 0 })
    expect(counts.accesses).toEqual({ all: 4, symbolic: 1, unresolved: 3 })
    expect(counts.unresolved).toMatchObject({ 'table: SQL ${parameter}': 1, 'sql: SQL FROBNICATE X': 1 })
  })

  test('by whether it calls others by literal paths', () => {
    expect(measured('dbutils.notebook.run("./a", 60)').orchestrators).toMatchObject({ all: 1, literal: 1 })
    expect(measured('dbutils.notebook.run(f"./{x}", 60)').orchestrators).toMatchObject({ all: 1, literal: 0 })
  })
})

describe('a file', () => {
  test('that is no notebook is not counted', () => {
    expect(measure(file('m.py', bytesOf('x = 1\n')), () => null)).toBeNull()
    expect(claimsToBeNotebook(file('m.ipynb', bytesOf('{"a": 1}')))).toBe(false)
  })

  test('that says it is one and cannot be opened is a failure with a reason', () => {
    const failed = measure(file('n.py', bytesOf('# Databricks notebook source\nx = "\xff"\0\n')), () => null)
    expect(failed).toMatchObject({ opened: false, examples: [{ cause: 'not-opened', path: 'n.py' }] })
  })
})

test.each([
  ['print "a"', 'python-2'],
  ['try:\n  f()\nexcept E, e:\n  pass', 'python-2'],
  ['x = <FILL-IN>', 'fill-in'],
  ['pip install x', 'shell'],
  ['x = = 1', 'syntax'],
])('%j is taken to be %s', (text, fault) => {
  expect(pythonFaultOf(text)).toBe(fault)
})

test('nearly all is not told to be all', () => {
  expect([share(1, 1), share(9999, 10000), share(0, 0), share(1, 3)]).toEqual(['100.0', '99.9', '–', '33.3'])
})

test('counts are summed and shown in a table', () => {
  const one = measured('x = 1', 'print(x)')
  const total = summarize('total', [one, one], 3, 1)
  expect(total).toMatchObject({ notebooks: 2, cells: 4, others: 3, copies: 1, edges: { value: 2 } })
  const [head, line] = tableOf([total]).split('\n')
  expect(head).toContain('opened %')
  expect(line).toMatch(/^total +2 +100\.0 /)
})

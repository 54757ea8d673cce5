import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSql } from '../../src/kernel/analysis/index.ts'
import { startTracer, waysAlong } from '../support/tracer.ts'
import { edgesOf, readCases, type Case } from './notation.ts'

const folder = join(import.meta.dirname, 'names')
const tables = readdirSync(folder).map((file) => file.replace('.txt', ''))
/** Tables whose notebooks do not run here: IPython's lines, libraries that are not installed, Python that is too new. */
const notRun = new Set(['learning', 'notebook', 'newer-python'])
/** NumPy, pandas and matplotlib are looked up in a table of their own: what they import at first takes long. */
const slow = 300_000

function casesOf(table: string): readonly Case[] {
  return readCases(readFileSync(join(folder, `${table}.txt`), 'utf8'))
}

const tracer = startTracer()
beforeAll(loadSql)
afterAll(() => tracer.stop())

test('there are enough cases', () => {
  expect(tables.flatMap(casesOf).length).toBeGreaterThan(500)
})

test.each(tables)('%s: no edge is missing and none is wrong', (table) => {
  const told = casesOf(table).map((each) => ({ each, edges: edgesOf(each) }))
  const missing = told.flatMap(({ each, edges }) => each.edges.filter((edge) => !edges.includes(edge)))
  const wrong = told.flatMap(({ each, edges }) => edges.filter((edge) => !each.edges.includes(edge)))
  expect(told.map(({ each, edges }) => `${each.text}\n=> ${edges.join(', ')}`)).toEqual(
    told.map(({ each }) => `${each.text}\n=> ${each.edges.join(', ')}`),
  )
  expect({ missing: missing.length, wrong: wrong.length }).toEqual({ missing: 0, wrong: 0 })
})

const figures = { cases: 0, edges: 0, seen: 0 }

test.each(tables.filter((table) => !notRun.has(table)))(
  '%s: what plain Python looks up when it runs the case, the edges lead to',
  async (table) => {
    for (const each of casesOf(table)) {
      const { found, error } = await tracer.trace(each.cells, each.files)
      expect(`${each.text}\n${error}`).toBe(`${each.text}\nnull`)
      const edges = each.edges.map((edge) => edge.split(/[> ]/))
      const leads = waysAlong(edges.map(([from, to]) => [Number(from), Number(to)]))
      const missing = found.filter(([from, to]) => !leads(from, to))
      expect(`${each.text}\n${JSON.stringify(missing)}`).toBe(`${each.text}\n[]`)
      const seen = new Set(found.map(([from, to, name]) => `${from}>${to} ${name}`))
      figures.cases++
      figures.edges += each.edges.length
      figures.seen += each.edges.filter((edge) => seen.has(edge)).length
    }
  },
  slow,
)

test('most edges are seen in the very run', () => {
  const { cases, edges, seen } = figures
  console.log(
    `${cases} cases run: ${edges} edges, of which ${seen} were seen in the run (${Math.round((100 * seen) / edges)} %)`,
  )
  expect(seen / edges).toBeGreaterThan(0.8)
})

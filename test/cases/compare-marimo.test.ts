import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSql } from '../../src/kernel/analysis/index.ts'
import { startTracer, waysAlong, type Dependency } from '../support/tracer.ts'
import { marimoIsThere, marimoPython } from '../bench/support/marimo.ts'
import { edgesOf, readCases } from './notation.ts'

// A comparison, not a test of ours alone: it needs marimo, which is fetched into an environment of its own.
const isAsked = process.env.DAGBOOK_COMPARE === 'marimo'

const tracer = startTracer()
beforeAll(loadSql)
afterAll(() => tracer.stop())

type Pairs = readonly (readonly [number, number])[]
interface Answer {
  readonly edges?: Pairs
  readonly refused?: string
}

/** Right: every cell comes after those whose values it really needs, by the edges alone. */
function isRight(found: readonly Dependency[], edges: Pairs): boolean {
  const leads = waysAlong(edges)
  return found.every(([from, to]) => leads(from, to))
}

test.runIf(isAsked && marimoIsThere())(
  'of 33 nasty notebooks none is wrong here; marimo refuses some and orders some wrongly',
  async () => {
    const cases = readCases(readFileSync(join(import.meta.dirname, 'names', 'probe.txt'), 'utf8'))
    const input = cases.map(({ cells }) => JSON.stringify(cells)).join('\n')
    const { stdout } = spawnSync(marimoPython, [join(import.meta.dirname, 'marimo_edges.py')], {
      input,
      encoding: 'utf8',
    })
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer)
    const figures = { dagbook: { right: 0, refused: 0, wrong: 0 }, marimo: { right: 0, refused: 0, wrong: 0 } }
    for (const [index, each] of cases.entries()) {
      const { found, error } = await tracer.trace(each.cells)
      expect(`${each.text} ${error}`).toBe(`${each.text} null`)
      const ours = edgesOf(each).map((edge) => edge.split(/[> ]/).slice(0, 2).map(Number) as [number, number])
      figures.dagbook[isRight(found, ours) ? 'right' : 'wrong']++
      const { edges, refused } = answers[index]!
      const marimo = edges === undefined ? 'refused' : isRight(found, edges) ? 'right' : 'wrong'
      figures.marimo[marimo]++
      console.log(
        `${marimo.padEnd(8)}${each.text.replaceAll('\n', '↵')}${refused === undefined ? '' : `  (${refused})`}`,
      )
    }
    console.log(figures)
    expect(figures.dagbook).toEqual({ right: cases.length, refused: 0, wrong: 0 })
  },
  120_000,
)

/** The edges of 33 small but nasty notebooks, beside marimo: plain Python, traced, is the judge of both. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSql } from '../../src/kernel/analysis/index.ts'
import { edgesOf, readCases } from '../cases/notation.ts'
import { startTracer, waysAlong, type Dependency } from '../support/tracer.ts'
import { marimoIsThere, marimoPython } from './support/marimo.ts'

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

function marimoAnswers(notebooks: readonly (readonly string[])[]): Answer[] {
  const input = notebooks.map((cells) => JSON.stringify(cells)).join('\n')
  const script = join(import.meta.dirname, 'support', 'marimo_edges.py')
  const { stdout } = spawnSync(marimoPython, [script], { input, encoding: 'utf8' })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
}

if (!marimoIsThere()) console.log('marimo could not be installed: nothing to compare with.')
else {
  await loadSql()
  const cases = readCases(readFileSync(join(import.meta.dirname, '..', 'cases', 'names', 'probe.txt'), 'utf8'))
  const answers = marimoAnswers(cases.map(({ cells }) => cells))
  const tracer = startTracer()
  const figures = { Dagbook: { right: 0, refused: 0, wrong: 0 }, marimo: { right: 0, refused: 0, wrong: 0 } }
  for (const [index, each] of cases.entries()) {
    const { found, error } = await tracer.trace(each.cells)
    if (error !== null) throw new Error(`${each.text}: ${error}`)
    const ours = edgesOf(each).map((edge) => edge.split(/[> ]/).slice(0, 2).map(Number) as [number, number])
    figures.Dagbook[isRight(found, ours) ? 'right' : 'wrong']++
    const { edges } = answers[index]!
    figures.marimo[edges === undefined ? 'refused' : isRight(found, edges) ? 'right' : 'wrong']++
  }
  for (const [name, { right, refused, wrong }] of Object.entries(figures))
    console.log(`${name.padEnd(8)} ${right} right, ${refused} refused, ${wrong} wrong, of ${cases.length} notebooks`)
  tracer.stop()
}

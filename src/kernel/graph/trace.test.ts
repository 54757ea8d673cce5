import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { graphOf } from './graph.testing.ts'
import { randomNotebook } from './random-notebook.testing.ts'
import { startTracer, waysAlong } from '../../../test/support/tracer.ts'

const tracer = startTracer()
afterAll(() => tracer.stop())

const figures = { notebooks: 0, whole: 0, dependencies: 0, edges: 0, seen: 0 }

test('what plain Python looks up in a cell, the graph leads to', async () => {
  await fc.assert(
    fc.asyncProperty(randomNotebook, async (cells) => {
      const { edges } = graphOf(cells)
      const pairs = edges.map(({ from, to }) => [Number(from), Number(to)] as const)
      for (const [from, to] of pairs) expect(from).toBeLessThan(to)
      const leads = waysAlong(pairs)
      const { found, error } = await tracer.trace(cells)
      const missing = found.filter(([from, to]) => !leads(from, to))
      expect(missing.map(([from, to, name]) => `${name}: ${cells[from]} ---> ${cells[to]}`)).toEqual([])
      // Cells behind one that failed did not run, so what they need is not known.
      const last = error === null ? cells.length : Number(/^cell (\d+)/.exec(error)![1])
      const known = pairs.filter(([, to]) => to < last)
      figures.notebooks++
      figures.whole += error === null ? 1 : 0
      figures.dependencies += found.length
      figures.edges += known.length
      figures.seen += known.filter(([from, to]) => found.some(([a, b]) => a === from && b === to)).length
    }),
    { numRuns: Number(process.env.DAGBOOK_RUNS ?? 300) },
  )
  const { notebooks, whole, dependencies, edges, seen } = figures
  const superfluous = 1 - seen / edges
  console.log(
    `${notebooks} notebooks (${whole} to the end), ${dependencies} dependencies, none without an edge; ` +
      `${edges} edges, ${Math.round(100 * superfluous)} % of them not needed in this very run`,
  )
  // What may happen and did not, and other names of what was changed.
  expect(superfluous).toBeLessThan(0.5)
}, 120_000)

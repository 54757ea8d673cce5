import { expect, test } from 'vitest'
import type { OutputItem, RunView } from '../../kernel/contract/index.ts'
import { patchRuns, type Runs } from './runs.ts'

const out = (text: string): OutputItem => ({ type: 'stream', stream: 'stdout', text })
const before: Runs = { runs: {}, outputs: { a: [out('old')] } }

test('old outputs stay until the kernel clears them', () => {
  const run: RunView = { state: 'running', ms: null, finished: null, error: null, because: [] }
  const running = patchRuns(before, { doc: 'd', cells: [{ id: 'a', run }] })
  expect(running.outputs.a).toEqual([out('old')])
  expect(running.runs.a!.state).toBe('running')
  const spoke = patchRuns(running, { doc: 'd', cells: [{ id: 'a', cleared: true, outputs: [out('new')] }] })
  expect(spoke.outputs.a).toEqual([out('new')])
})

test('pieces of one stream become one text; the other stream keeps its place between them', () => {
  const patch = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => ({
    doc: 'd',
    cells: [{ id: 'b', outputs: [{ type: 'stream' as const, stream, text }] }],
  })
  const runs = [patch('x'), patch('y\n'), patch('!', 'stderr'), patch('z')].reduce(patchRuns, before)
  expect(runs.outputs.b).toEqual([out('xy\n'), { type: 'stream', stream: 'stderr', text: '!' }, out('z')])
})

test('cells that a patch does not name keep the same value, so that they are not drawn again', () => {
  const after = patchRuns(before, { doc: 'd', cells: [{ id: 'b', cleared: true }] })
  expect(after.outputs.a).toBe(before.outputs.a)
})

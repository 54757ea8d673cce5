import { expect, test } from 'vitest'
import type { EdgeView, ReasonView } from '../../kernel/contract/index.ts'
import type { Cell } from '../state/index.ts'
import { cellGraph, edgeId, shortName, splitGraph, taskGraph } from './model.ts'

const cell = (id: string, kind: Cell['kind'] = 'python', writes: string[] = []): Cell => ({
  id,
  key: id,
  kind,
  title: id,
  source: '',
  mode: 'auto',
  modeReason: null,
  reads: [],
  writes: writes.map((resource) => ({ resource, label: shortName(resource), cell: null })),
})
const edge = (from: string, to: string, ...resources: string[]): EdgeView => ({
  from,
  to,
  reasons: resources.map((resource): ReasonView => ({
    kind: resource.slice(0, resource.indexOf(':')) === 'name' ? 'value' : 'table',
    resource,
    order: 'read-after-write',
    from: { start: 0, end: 0 },
    to: { start: 0, end: 0 },
  })),
})
const graph = (cells: Cell[], edges: EdgeView[]) =>
  cellGraph({ order: cells.map(({ id }) => id), cells: Object.fromEntries(cells.map((one) => [one.id, one])), edges })

test('Markdown is no part of the graph', () => {
  expect(graph([cell('a'), cell('text', 'markdown')], []).nodes.map(({ id }) => id)).toEqual(['a'])
})

test('an edge over a table names it and is drawn as data; one over a value is not', () => {
  const { edges } = graph([cell('a'), cell('b')], [edge('a', 'b', 'name:df', 'table:main.air.daily')])
  expect(edges[0]).toMatchObject({ family: 'data', label: 'main.air.daily' })
  expect(graph([cell('a'), cell('b')], [edge('a', 'b', 'name:df')]).edges[0]).toMatchObject({
    family: 'value',
    label: '',
  })
})

test('a box is as high as what it writes, up to three lines', () => {
  const heights = [0, 1, 3, 6].map((count) => {
    const writes = Array.from({ length: count }, (_, at) => `table:t${at}`)
    return graph([cell('a', 'sql', writes)], []).nodes[0]!
  })
  expect(heights.map(({ height }) => height)).toEqual([46, 64, 100, 100])
  expect(heights[3]!.notes.at(-1)).toBe('4 more')
})

test('an edge that a longer way implies is set apart, and no edge is lost', () => {
  const model = graph(
    ['a', 'b', 'c'].map((id) => cell(id)),
    [edge('a', 'b', 'name:x'), edge('b', 'c', 'name:y'), edge('a', 'c', 'name:x')],
  )
  const { essential, implied } = splitGraph(model)
  expect(implied.map(({ id }) => id)).toEqual([edgeId('a', 'c')])
  expect(essential.edges.map(({ id }) => id)).toEqual([edgeId('a', 'b'), edgeId('b', 'c')])
})

test('tasks are joined by what is passed on', () => {
  const tasks = [
    { key: 'load', cells: ['k1'], depends_on: [], handover: { in: [], out: ['df'] }, why: '' },
    {
      key: 'clean',
      cells: ['k2', 'k3'],
      depends_on: ['load'],
      handover: { in: [{ name: 'df', from: 'load' }], out: [] },
      why: '',
    },
  ]
  const model = taskGraph(tasks, (key) => (key === 'k3' ? null : key.replace('k', 'c')))
  expect(model.nodes.map(({ cells, notes }) => [cells, notes])).toEqual([
    [['c1'], ['1 cell']],
    [['c2'], ['2 cells']],
  ])
  expect(model.edges).toEqual([
    { id: edgeId('load', 'clean'), from: 'load', to: 'clean', family: 'value', label: 'df' },
  ])
})

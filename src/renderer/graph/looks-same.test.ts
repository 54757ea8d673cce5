import { describe, expect, test } from 'vitest'
import type { Cell } from '../state/notebook.ts'
import { testCell, testNotebook as notebook } from '../state/notebook.testing.ts'
import { looksSame } from './looks-same.ts'

const cell = (id: string, change: Partial<Cell> = {}): Cell => testCell(id, { title: id, source: 'x = 1', ...change })
const edge = (resource: string, start = 0) => ({
  from: 'a',
  to: 'b',
  reasons: [
    { kind: 'value', resource, order: 'read-after-write', from: { start, end: 1 }, to: { start: 0, end: 1 } } as const,
  ],
})
const before = notebook([cell('a'), cell('b')], { edges: [edge('name:x')] })

describe('the graph is drawn anew', () => {
  test('not for a key in a text', () => {
    expect(looksSame(before, notebook([cell('a', { source: 'x = 12' }), cell('b')], { edges: before.edges }))).toBe(
      true,
    )
  })

  test('not for an answer that says the same, about other places in the text', () => {
    expect(looksSame(before, { ...before, rev: 2, edges: [edge('name:x', 7)] })).toBe(true)
  })

  test.each([
    ['another name', notebook([cell('a', { title: 'new' }), cell('b')], { edges: before.edges })],
    ['another language', notebook([cell('a', { kind: 'sql' }), cell('b')], { edges: before.edges })],
    ['another order', notebook([cell('b'), cell('a')], { edges: before.edges })],
    ['another reason of an edge', { ...before, edges: [edge('table:x')] }],
    [
      'another table that is written',
      {
        ...before,
        cells: { ...before.cells, a: cell('a', { writes: [{ resource: 'table:t', label: 't', cell: null }] }) },
      },
    ],
    ['another notebook', { ...before, doc: 'e' }],
  ])('for %s', (_what, after) => {
    expect(looksSame(before, after)).toBe(false)
  })

  test('for the first line of a cell without a title: that is its name', () => {
    const [one, other] = ['x = 1', 'y = 1'].map((source) => notebook([cell('a', { title: null, source })]))
    expect(looksSame(one!, other!)).toBe(false)
  })
})

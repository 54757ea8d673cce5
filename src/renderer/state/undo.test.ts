import { expect, test } from 'vitest'
import type { Edit } from '../../kernel/contract/index.ts'
import { editNotebook, type Notebook } from './notebook.ts'
import { testCell, testNotebook } from './notebook.testing.ts'
import { undoEdits, undoOf } from './undo.ts'

function notebook(...sources: string[]): Notebook {
  return testNotebook(sources.map((source, at) => testCell(`c${at}`, { source })))
}

const text = ({ order, cells }: Notebook): string[] => order.map((id) => `${id}:${cells[id]!.source}`)

const edits: readonly Edit[] = [
  { op: 'change', cell: 'c0', source: 'a\nb' },
  { op: 'insert', cell: 'new', after: 'c0', kind: 'python', title: null, source: 'c' },
  { op: 'move', cell: 'c2', after: null },
  { op: 'delete', cell: 'c1' },
]

test('undo brings back texts, cells and order', () => {
  const before = notebook('a\nb\nc', 'd', 'e')
  const undo = undoOf(before, edits)
  expect(text(undo.after)).toEqual(['c2:e', 'c0:a\nb', 'new:c'])
  const back = undoEdits(undo, undo.after).reduce(editNotebook, undo.after)
  expect(text(back)).toEqual(text(before))
})

test('what was typed since stays', () => {
  const undo = undoOf(notebook('a\nb\nc', 'd', 'e'), edits)
  const typed: Edit[] = [
    { op: 'change', cell: 'c0', source: 'mine\na\nb' },
    { op: 'change', cell: 'new', source: 'c and mine' },
  ]
  const now = typed.reduce(editNotebook, undo.after)
  expect(text(undoEdits(undo, now).reduce(editNotebook, now))).toEqual([
    'c0:mine\na\nb\nc',
    'new:c and mine',
    'c1:d',
    'c2:e',
  ])
})

test('a cell that is gone since is not asked for', () => {
  const undo = undoOf(notebook('a', 'b'), [{ op: 'change', cell: 'c0', source: 'x' }])
  const now = editNotebook(undo.after, { op: 'delete', cell: 'c0' })
  expect(undoEdits(undo, now)).toEqual([])
})

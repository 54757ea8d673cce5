import type { Edit } from '../../kernel/contract/index.ts'
import { mergeTexts } from '../text/index.ts'
import { editNotebook, type CellId, type Notebook } from './notebook.ts'

/** What brings a notebook back to how it was before some edits. */
export interface Undo {
  readonly before: Notebook
  readonly after: Notebook
  readonly edits: readonly Edit[]
}

export function undoOf(before: Notebook, edits: readonly Edit[]): Undo {
  return { before, edits, after: edits.reduce(editNotebook, before) }
}

/** The edits that take `undo.edits` back in the notebook as it is now. What was typed since stays. */
export function undoEdits({ before, edits }: Undo, now: Notebook): Edit[] {
  let notebook = before
  const back: Edit[] = []
  for (const edit of edits) {
    back.unshift(...inverse(notebook, edit))
    notebook = editNotebook(notebook, edit)
  }
  return back.flatMap((edit): Edit[] => {
    if (edit.op === 'insert') return edit.cell in now.cells ? [] : [edit]
    const cell = now.cells[edit.cell]
    if (cell === undefined) return []
    if (edit.op === 'change' && edit.source !== undefined) {
      const made = notebook.cells[edit.cell]?.source ?? cell.source
      return [{ ...edit, source: mergeTexts(made, edit.source, cell.source).text }]
    }
    // A cell that the fix made and somebody wrote in since is nobody's to delete.
    if (edit.op === 'delete' && cell.source !== notebook.cells[edit.cell]?.source) return []
    return [edit]
  })
}

function inverse({ order, cells }: Notebook, edit: Edit): Edit[] {
  const cell = cells[edit.cell]
  const after = above(order, edit.cell)
  if (edit.op === 'insert') return cell === undefined ? [{ op: 'delete', cell: edit.cell }] : []
  if (cell === undefined) return []
  const { id, kind, title, source } = cell
  if (edit.op === 'change') return [{ op: 'change', cell: id, kind, title, source }]
  if (edit.op === 'delete') return [{ op: 'insert', cell: id, after, kind, title, source }]
  return [{ op: 'move', cell: id, after }]
}

function above(order: readonly CellId[], cell: CellId): CellId | null {
  return order[order.indexOf(cell) - 1] ?? null
}

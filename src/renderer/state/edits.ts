import type { Edit } from '../../kernel/contract/index.ts'
import { mergeTexts } from '../text/index.ts'
import type { CellId, Notebook } from './notebook.ts'

/** The edits with `edit` behind them; a change of a cell that waits already is merged into what waits. */
export function addEdit(waiting: readonly Edit[], edit: Edit): Edit[] {
  if (edit.op !== 'change') return [...waiting, edit]
  for (let at = waiting.length - 1; at >= 0; at--) {
    const earlier = waiting[at]!
    if (earlier.cell !== edit.cell || earlier.op === 'move') continue
    if (earlier.op === 'delete') break
    return waiting.with(at, { ...earlier, ...withoutUndefined(edit), op: earlier.op } as Edit)
  }
  return [...waiting, edit]
}

function withoutUndefined(edit: Edit): Partial<Edit> {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))
}

/** What edits are made anew upon. */
export interface Ground {
  /** What the person saw, the edits included. */
  readonly shown: Notebook
  /** What the edits were made upon. */
  readonly origin: Notebook
  /** The notebook as the kernel has it now. */
  readonly now: Notebook
}

/**
 * The same edits for the notebook as the kernel has it now. Text is never given up: where a text was changed on both sides it is
 * merged (cells whose very same spot was changed are added to `clashes`), and a change of a cell that is gone becomes a new cell
 * at its old place. Cells that the kernel knows by a new id are found by their key.
 */
export function rebaseEdits(edits: readonly Edit[], { shown, origin, now }: Ground, clashes?: Set<CellId>): Edit[] {
  const same = sameCells(shown, now)
  const known = new Set(now.order)
  const rebased: Edit[] = []
  const take = (edit: Edit & { op: 'change' }, cell: CellId): Edit => {
    const [before, theirs] = [origin.cells[edit.cell]?.source, now.cells[cell]?.source]
    if (edit.source === undefined || before === undefined || theirs === undefined) return { ...edit, cell }
    const { text, clash } = mergeTexts(before, edit.source, theirs)
    if (clash) clashes?.add(cell)
    return { ...edit, cell, source: text }
  }
  for (const edit of edits) {
    const cell = same(edit.cell)
    if (edit.op === 'insert') {
      const { after, kind, title, source } = edit
      // It had arrived; only the answer was lost.
      if (known.has(edit.cell)) rebased.push({ op: 'change', cell: edit.cell, kind, title, source })
      else rebased.push({ ...edit, after: after === null ? null : placeOf(shown, edit.cell, same(after), same, known) })
      known.add(edit.cell)
    } else if (known.has(cell)) {
      if (edit.op === 'change') rebased.push(take(edit, cell))
      else if (edit.op === 'delete') rebased.push({ ...edit, cell })
      else {
        const after = edit.after === null ? null : placeOf(shown, edit.cell, same(edit.after), same, known)
        rebased.push({ ...edit, cell, after })
      }
      if (edit.op === 'delete') known.delete(cell)
    } else if (edit.op === 'change') {
      const seen = shown.cells[edit.cell]
      const { kind = seen?.kind ?? 'python', title = seen?.title ?? null, source = seen?.source ?? '' } = edit
      rebased.push({ op: 'insert', cell, after: neighbourAbove(shown, edit.cell, same, known), kind, title, source })
      known.add(cell)
    }
  }
  return rebased
}

/** The cell to stand behind: `after` if it is there, else the nearest one above that is. */
function placeOf(
  shown: Notebook,
  cell: CellId,
  after: CellId,
  same: (id: CellId) => CellId,
  known: ReadonlySet<CellId>,
): CellId | null {
  return known.has(after) ? after : neighbourAbove(shown, cell, same, known)
}

/**
 * The edits that bring back what the kernel had accepted and does not have any more: it was started anew, and the notebook had
 * not been saved. Empty if it has everything, or if it brought unsaved edits back by itself.
 */
export function editsToRecover(shown: Notebook, now: Notebook): Edit[] {
  const anew = shown.doc !== now.doc || !now.order.some((id) => id in shown.cells)
  if (!anew || !shown.dirty || now.dirty) return []
  const same = sameCells(shown, now)
  const known = new Set(now.order)
  const edits: Edit[] = []
  for (const id of shown.order) {
    const { kind, title, source } = shown.cells[id]!
    const cell = same(id)
    const there = now.cells[cell]
    if (there === undefined) {
      edits.push({ op: 'insert', cell, after: neighbourAbove(shown, id, same, known), kind, title, source })
      known.add(cell)
    } else if (there.source !== source || there.kind !== kind || there.title !== title) {
      edits.push({ op: 'change', cell, kind, title, source })
    }
  }
  return edits
}

function sameCells(shown: Notebook, now: Notebook): (id: CellId) => CellId {
  const byKey = new Map<string, CellId>()
  for (const id of now.order) if (!(id in shown.cells)) byKey.set(now.cells[id]!.key, id)
  return (id) => {
    if (id in now.cells) return id
    const key = shown.cells[id]?.key ?? ''
    return (key === '' ? undefined : byKey.get(key)) ?? id
  }
}

function neighbourAbove(
  shown: Notebook,
  cell: CellId,
  same: (id: CellId) => CellId,
  known: ReadonlySet<CellId>,
): CellId | null {
  for (let at = shown.order.indexOf(cell) - 1; at >= 0; at--) {
    const above = same(shown.order[at]!)
    if (known.has(above)) return above
  }
  return null
}

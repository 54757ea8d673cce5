import type { CellId } from './notebook.ts'
import type { PageStore } from './store.ts'

let wishes = 0

/** Selects a cell and scrolls to it; with a `line` (from 1), the cursor goes there. */
export function revealCell(store: PageStore, cell: CellId, line: number | null = null): void {
  const mode = line === null ? 'command' : 'edit'
  store.setState({ selected: cell, mode, place: 'notebook', reveal: { cell, line, nonce: ++wishes } })
}

/** Selects a cell where it stands. */
export function selectCell(store: PageStore, cell: CellId): void {
  if (store.getState().selected !== cell) store.setState({ selected: cell })
}

/** Puts the keyboard into a cell's text. */
export function editCell(store: PageStore, cell: CellId): void {
  const { selected, mode } = store.getState()
  if (selected !== cell || mode !== 'edit') store.setState({ selected: cell, mode: 'edit' })
}

/** Takes the keyboard out of the text again; the cell stays selected. */
export function leaveCell(store: PageStore): void {
  if (store.getState().mode === 'edit') store.setState({ mode: 'command' })
}

export function toggleFolded(store: PageStore, cell: CellId): void {
  store.setState(({ folded }) => ({ folded: toggled(folded, cell) }))
}

function toggled(set: ReadonlySet<CellId>, cell: CellId): Set<CellId> {
  const next = new Set(set)
  if (!next.delete(cell)) next.add(cell)
  return next
}

import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { CellId } from '../state/index.ts'

/**
 * How many cells are drawn in full at once. The others hold their place with their text alone: what a key costs must not depend
 * on how long the notebook is.
 */
export const mostDrawn = 60

/** The cells that are drawn in full. */
const drawn = createStore<{ readonly cells: ReadonlySet<CellId> }>(() => ({ cells: new Set() }))

/** The same cells, those first that were near the view least recently. */
let recent: readonly CellId[] = []

/** Draws these cells in full. Those that were near the view least recently make room for them. */
export function drawCells(cells: readonly CellId[]): void {
  const named = new Set(cells)
  recent = [...recent.filter((cell) => !named.has(cell)), ...cells].slice(-mostDrawn)
  const before = drawn.getState().cells
  const same = recent.length === before.size && recent.every((cell) => before.has(cell))
  if (!same) drawn.setState({ cells: new Set(recent) })
}

/** Starts over for another notebook: only these cells are drawn in full. */
export function drawOnly(cells: readonly CellId[]): void {
  recent = cells
  drawn.setState({ cells: new Set(cells) })
}

/** The next few cells of `order` to draw while there is nothing else to do; empty when there is no room for more. */
export function nextToDraw(order: readonly CellId[], count: number): readonly CellId[] {
  const { cells } = drawn.getState()
  const room = mostDrawn - cells.size
  return order.filter((cell) => !cells.has(cell)).slice(0, Math.max(0, Math.min(count, room)))
}

export function useIsDrawn(cell: CellId): boolean {
  return useStore(drawn, ({ cells }) => cells.has(cell))
}

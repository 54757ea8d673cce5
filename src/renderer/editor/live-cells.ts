import { createStore } from 'zustand/vanilla'
import type { EditorState } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { CellId } from '../state/index.ts'

/** How many editors are alive at once. Mounting is what costs; the text of all others is drawn without one. */
export const mostLive = 40

/** The cells that have a real editor, least recently needed first. */
const live = createStore<{ readonly cells: readonly CellId[] }>(() => ({ cells: [] }))

const states = new Map<CellId, EditorState>()
const views = new Map<CellId, EditorView>()

export const liveCells = live

/** Gives these cells an editor; those that needed theirs least recently lose it, never one of `cells`. */
export function needEditors(cells: readonly CellId[]): void {
  const before = live.getState().cells
  const next = [...before.filter((cell) => !cells.includes(cell)), ...cells].slice(-mostLive)
  const same = next.length === before.length && next.every((cell) => before.includes(cell))
  if (!same) live.setState({ cells: next })
}

/** The state that the cell's last editor left behind: text, cursor, undo. */
export function keptState(cell: CellId): EditorState | undefined {
  return states.get(cell)
}

export function keepState(cell: CellId, state: EditorState): void {
  states.set(cell, state)
}

export function registerView(cell: CellId, view: EditorView | null): void {
  if (view === null) views.delete(cell)
  else {
    views.set(cell, view)
    if (wanted?.cell === cell) goToLine(cell, wanted.line)
  }
}

/** A line that was asked for before its cell had an editor. */
let wanted: { readonly cell: CellId; readonly line: number } | null = null

/** Puts the cursor on a line of a cell, counted from 1; at once, or as soon as the cell has an editor. */
export function goToLine(cell: CellId, line: number): void {
  const view = views.get(cell)
  wanted = view === undefined ? { cell, line } : null
  if (view === undefined) return
  const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines))
  view.dispatch({ selection: { anchor: from } })
}

/** The line of a cell, from 1, in which the cursor is; null: the cell has no editor. */
export function cursorLine(cell: CellId): number | null {
  const state = views.get(cell)?.state
  return state === undefined ? null : state.doc.lineAt(state.selection.main.head).number
}

import type { Notebook } from '../notebook.ts'
import { readCell } from './cell.ts'
import { isFault, property } from './json.ts'

/** When a cell was last run in the session that its file tells of: 12 for `In [12]`; null: it was not, or the count was cleared. */
export type StoredRun = number | null

/** The execution counts that a Jupyter file holds, for each cell. They tell of a run elsewhere, and never stand for a result here. */
export function storedRuns(notebook: Notebook): StoredRun[] {
  const { jupyter: style, cells } = notebook
  if (style === undefined) return cells.map(() => null)
  return cells.map(({ text }) => {
    const read = readCell(text.body, style)
    if (isFault(read) || read.type !== 'code') return null
    const count = property(read.node, style.version === 3 ? 'prompt_number' : 'execution_count')?.value
    return typeof count === 'number' && count > 0 ? count : null
  })
}

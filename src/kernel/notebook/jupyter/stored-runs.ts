import type { CellText, Notebook } from '../notebook.ts'
import { readCell } from './cell.ts'
import { isFault, property } from './json.ts'
import type { JupyterStyle } from './style.ts'

/** When a cell was last run in the session that its file tells of: 12 for `In [12]`; null: it was not, or the count was cleared. */
export type StoredRun = number | null

/** Cells keep their texts while others are edited, and outputs can be long. */
const known = new WeakMap<CellText, StoredRun>()

/** The execution counts that a Jupyter file holds, for each cell. They tell of a run elsewhere, and never stand for a result here. */
export function storedRuns({ jupyter: style, cells }: Notebook): StoredRun[] {
  return cells.map(({ text }) => {
    if (style === undefined) return null
    const found = known.get(text)
    if (found !== undefined) return found
    const run = storedRun(text.body, style)
    known.set(text, run)
    return run
  })
}

function storedRun(body: string, style: JupyterStyle): StoredRun {
  const read = readCell(body, style)
  if (isFault(read) || read.type !== 'code') return null
  const count = property(read.node, style.version === 3 ? 'prompt_number' : 'execution_count')?.value
  return typeof count === 'number' && count > 0 ? count : null
}

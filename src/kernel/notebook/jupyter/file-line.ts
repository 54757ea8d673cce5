import { countLines } from '../lines.ts'
import type { Cell, Notebook } from '../notebook.ts'
import { readCell, rowOffsets } from './cell.ts'
import { isFault } from './json.ts'

/** The line of the file on which a line of a cell's own source stands: where the source is one text, all stand on one. */
export function fileLine(notebook: Notebook, cell: Cell, line: number): number {
  const read = readCell(cell.text.body, notebook.jupyter!)
  const offsets = isFault(read) ? [] : rowOffsets(read)
  const [first, here] = [offsets[0], offsets[line - 1]]
  if (first === undefined || here === undefined) return cell.line
  return cell.line + countLines(cell.text.body.slice(first, here))
}

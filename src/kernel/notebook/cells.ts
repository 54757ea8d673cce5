import { Problem } from '../problem/index.ts'
import { countLines } from './lines.ts'
import type { Cell, Notebook } from './notebook.ts'

/** The text with plain line ends. Throws `DB-1010` if a UTF-8 text file cannot hold it. */
export function storable(text: string): string {
  const nul = text.indexOf('\0')
  if (nul >= 0)
    throw new Problem('DB-1010', 'The text holds a zero byte.', { line: 1 + countLines(text.slice(0, nul)) })
  const lines = text.split('\n')
  const broken = lines.findIndex((line) => !line.isWellFormed())
  if (broken >= 0) throw new Problem('DB-1010', 'The text holds half a character.', { line: broken + 1 })
  return text.replace(/\r\n?/g, '\n')
}

/** The cell at a place. Throws `DB-1301` if there is none. */
export function cellOf(notebook: Notebook, index: number): Cell {
  const cell = notebook.cells[index]
  if (cell === undefined) throw noSuchCell(index)
  return cell
}

export function noSuchCell(index: number): Problem {
  return new Problem('DB-1301', `There is no cell number ${index + 1}.`)
}

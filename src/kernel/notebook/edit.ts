import * as jupyter from './jupyter/index.ts'
import type { Cell, CellEdit, Format, Language, NewCell, Notebook } from './notebook.ts'
import * as source from './source/index.ts'

const formats = { source, jupyter }

/** A notebook without cells. */
export function newNotebook(language: Language, format: Format = 'source'): Notebook {
  return format === 'jupyter' ? jupyter.newJupyter(language) : source.newSource(language)
}

/**
 * Changes kind, title or source of a cell; what the edit does not name stays. Only that cell's own lines change. A code cell whose new
 * source starts with `%sql` or another magic becomes such a cell, unless the edit names the kind. Throws `DB-1010` for text that the
 * format would read as its own, `DB-1301` for a cell that is not there.
 */
export function editCell(notebook: Notebook, index: number, edit: CellEdit): Notebook {
  return formats[notebook.format].editCell(notebook, index, edit)
}

/**
 * Puts a new cell before the cell at `index`, or at the end. `like`: a cell of this notebook that was taken out and comes back with all
 * that its file said of it. Throws `DB-1010` like `editCell`.
 */
export function insertCell(notebook: Notebook, index: number, content: NewCell, like?: Cell): Notebook {
  return formats[notebook.format].insertCell(notebook, index, content, like)
}

/** Takes a cell out. */
export function deleteCell(notebook: Notebook, index: number): Notebook {
  return formats[notebook.format].deleteCell(notebook, index)
}

/** Moves a cell so that it stands at `to` afterwards. What stands between cells stays where it is. */
export function moveCell(notebook: Notebook, from: number, to: number): Notebook {
  return formats[notebook.format].moveCell(notebook, from, to)
}

/** The line of the file on which a line of a cell's own source stands; both count from 1. */
export function fileLine(notebook: Notebook, cell: Cell, line: number): number {
  return notebook.format === 'jupyter' ? jupyter.fileLine(notebook, cell, line) : cell.line + line - 1
}

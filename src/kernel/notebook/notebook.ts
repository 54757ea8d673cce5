import type { JupyterStyle } from './jupyter/style.ts'

/** The language of a file: what a cell without a magic is written in. */
export type Language = 'python' | 'sql' | 'scala' | 'r'

/** How a notebook is written: Databricks' source format, or the JSON of Jupyter (`.ipynb`). */
export type Format = 'source' | 'jupyter'

/**
 * What a cell is. `magic` is any other `%word`: shown, kept and exported as it is. `raw` is what nothing runs: Jupyter's raw cells, and
 * code for a kernel that Dagbook does not know.
 */
export type CellKind = 'python' | 'sql' | 'markdown' | 'run' | 'pip' | 'sh' | 'fs' | 'scala' | 'r' | 'magic' | 'raw'

/** One cell of a notebook. Immutable: an edit makes a new one. */
export interface Cell {
  readonly kind: CellKind
  /** The text of its `DBTITLE` line, or null. */
  readonly title: string | null
  /**
   * Its own text with "\n" line ends: without the title line, the `MAGIC` prefixes and the `%sql`-like word that gives its kind
   * (for `%run` and `%pip` that is the rest of the line). For kind `magic` the `%word` is part of it.
   */
  readonly source: string
  /** The line of the file, from 1, on which the first line of `source` stands. */
  readonly line: number
  /** How it stands in the file. Opaque to all but this folder. */
  readonly text: CellText
}

/** The exact text of a cell in its file: lead + body + trail, written back as it was unless the cell is edited. */
export interface CellText {
  readonly lead: string
  readonly body: string
  readonly trail: string
}

/** A notebook file as a value. `writeNotebook(readNotebook(bytes))` gives the same bytes. */
export interface Notebook {
  readonly format: Format
  readonly language: Language
  /** Everything before the first cell: the header line and the environment block, if there is one. */
  readonly preamble: string
  readonly cells: readonly Cell[]
  /** Everything behind the last cell; "" in the source format. */
  readonly postamble: string
  /** "\n" or "\r\n": what an edited or new cell is written with. */
  readonly eol: '\n' | '\r\n'
  /** What else a Jupyter file says of itself. Opaque to all but its folder. */
  readonly jupyter?: JupyterStyle
}

/** What a person may change of a cell. */
export interface CellEdit {
  readonly kind?: CellKind
  readonly title?: string | null
  readonly source?: string
}

/** What a new cell holds. */
export type NewCell = Pick<Cell, 'kind' | 'title' | 'source'>

/** The text of a notebook's file. */
export function textOf(notebook: Notebook): string {
  const cells = notebook.cells.map(({ text }) => text.lead + text.body + text.trail)
  return notebook.preamble + cells.join('') + notebook.postamble
}

/** Whether cells of this kind are for people alone: nothing of them ever runs. */
export function isText(kind: CellKind): boolean {
  return kind === 'markdown' || kind === 'raw'
}

/** The language of a file: what a cell without a magic is written in. */
export type Language = 'python' | 'sql' | 'scala' | 'r'

/** What a cell is. `magic` is any other `%word`: shown, kept and exported as it is. */
export type CellKind = 'python' | 'sql' | 'markdown' | 'run' | 'pip' | 'sh' | 'fs' | 'scala' | 'r' | 'magic'

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
  readonly language: Language
  /** Everything before the first cell: the header line and the environment block, if there is one. */
  readonly preamble: string
  readonly cells: readonly Cell[]
  /** "\n" or "\r\n": what an edited or new cell is written with. */
  readonly eol: '\n' | '\r\n'
}

/** What a person may change of a cell. */
export interface CellEdit {
  readonly kind?: CellKind
  readonly title?: string | null
  readonly source?: string
}

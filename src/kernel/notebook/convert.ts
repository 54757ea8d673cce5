import { insertCell, newNotebook } from './edit.ts'
import { storedOutputs } from './jupyter/index.ts'
import type { Format, NewCell, Notebook } from './notebook.ts'
import { readNotebook } from './read.ts'
import { textOf } from './notebook.ts'

/** A notebook in another format, and in words for people what of the old file is not in it. */
export interface Converted {
  readonly notebook: Notebook
  readonly left: readonly string[]
}

/** Writes a notebook in another format: the same cells in the same order. Throws `DB-1010` for a cell that the format cannot hold. */
export function convertNotebook(notebook: Notebook, format: Format): Converted {
  if (notebook.format === format) return { notebook, left: [] }
  let made = newNotebook(notebook.language, format)
  for (const cell of notebook.cells)
    made = insertCell(made, made.cells.length, format === 'source' ? asSource(cell) : cell)
  return { notebook: made, left: format === 'source' ? leftBehind(notebook) : [] }
}

/**
 * The text of a notebook or module of a project as source: what a Jupyter file would be in the source format, any other file as it is.
 * For readers who look for code by its lines.
 */
export function sourceText(path: string, text: string): string {
  if (!/\.ipynb$/i.test(path)) return text
  try {
    return textOf(convertNotebook(readNotebook(new TextEncoder().encode(text), path), 'source').notebook)
  } catch {
    return ''
  }
}

/** A cell as the source format can hold it. */
function asSource({ kind, title, source }: NewCell): NewCell {
  const text = source.toWellFormed().replaceAll('\0', '\ufffd')
  const plain = { kind, title: title?.replace(/\s*\n\s*/g, ' ') ?? null, source: text }
  // Nothing runs a raw cell, and Databricks knows none: shown as it is, in Markdown, it stays readable.
  if (kind === 'raw') return { ...plain, kind: 'markdown', source: fenced(text) }
  // What IPython takes at the head of a Python cell, the format writes as a cell of its magic.
  const first = text.split('\n').find((line) => line.trim() !== '') ?? ''
  return kind === 'python' && /^%/.test(first) && !fits(plain) ? { ...plain, kind: 'magic' } : plain
}

function fits(cell: NewCell): boolean {
  try {
    insertCell(newNotebook('python'), 0, cell)
    return true
  } catch {
    return false
  }
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/^`{3,}/gm)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function leftBehind(notebook: Notebook): string[] {
  const { outputs, attachments } = storedOutputs(notebook)
  const raw = notebook.cells.filter(({ kind }) => kind === 'raw').length
  const cells = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`)
  return [
    ...(outputs > 0 ? [`The stored outputs of ${cells(outputs)}: run the notebook to have them again.`] : []),
    ...(attachments > 0 ? [`Pictures attached to ${cells(attachments)} of text.`] : []),
    ...(raw > 0 ? [`${raw === 1 ? '1 raw cell is' : `${raw} raw cells are`} Markdown now, shown as plain text.`] : []),
    ...((notebook.preamble + notebook.postamble).includes('"widgets"') ? ['The state of widgets.'] : []),
    'Metadata of the file and of cells (kernel, tags, ids), but for titles.',
  ]
}

import { Problem } from '../../problem/index.ts'
import { cellOf, noSuchCell, storable } from '../cells.ts'
import { countLines } from '../lines.ts'
import type { Cell, CellEdit, CellText, Language, NewCell, Notebook } from '../notebook.ts'
import { readCell } from './cell.ts'
import { isFault } from './json.ts'
import { cellAt } from './read.ts'
import { plainStyle } from './style.ts'
import { asTyped, editBody, newBody, type Style } from './write-cell.ts'
import { spacing, writeJson } from './write-json.ts'

/** A notebook without cells, as Jupyter writes it. */
export function newJupyter(language: Language): Notebook {
  const style = { ...plainStyle(language), eol: '\n' }
  const display = { python: 'Python 3', sql: 'SQL', scala: 'Scala', r: 'R' }[language]
  const name = { python: 'python3', sql: 'sql', scala: 'scala', r: 'ir' }[language]
  const metadata = {
    kernelspec: { display_name: display, language, name },
    language_info: { name: language },
  }
  const whole = `${writeJson({ cells: [], metadata, nbformat: 4, nbformat_minor: 5 }, style, 0)}\n`
  const start = whole.indexOf('[') + 1
  return {
    format: 'jupyter',
    language,
    preamble: whole.slice(0, start),
    cells: [],
    postamble: whole.slice(start),
    eol: '\n',
    jupyter: plainStyle(language),
  }
}

/** See `editCell` of the folder above. An edited cell keeps its outputs, as Jupyter does; they go when it is no code any more. */
export function editCell(notebook: Notebook, index: number, edit: CellEdit): Notebook {
  const cell = cellOf(notebook, index)
  const title = edit.title === undefined ? cell.title : edit.title === null ? null : storable(edit.title) || null
  const source = edit.source === undefined ? cell.source : storable(edit.source)
  const content: NewCell = { kind: edit.kind ?? cell.kind, title, source }
  if (content.kind === cell.kind && content.title === cell.title && content.source === cell.source) return notebook
  const text = textFor(cell.text.body, content, edit.kind === undefined, styleOf(notebook))
  const cells = notebook.cells.with(index, read(notebook, cell.text.lead, text, cell.text.trail))
  return placed(notebook, { ...notebook, cells })
}

/** See `insertCell` of the folder above. `like`: a cell that was taken out and comes back, with its outputs and metadata. */
export function insertCell(notebook: Notebook, index: number, content: NewCell, like?: Cell): Notebook {
  const { cells } = notebook
  if (index < 0 || index > cells.length) throw noSuchCell(index)
  const style = styleOf(notebook)
  const cell: NewCell = {
    kind: content.kind,
    title: content.title === null ? null : storable(content.title) || null,
    source: storable(content.source),
  }
  const again = like === undefined ? undefined : readCell(like.text.body, style)
  const body =
    again !== undefined && !isFault(again)
      ? textFor(like!.text.body, cell, false, style)
      : newBody(cell, newId(notebook, index, cell), style)
  if (body === null) throw unsafe(cell, style)
  const depth = style.version === 3 ? 3 : 1
  if (cells.length === 0) {
    const start = style.sheetless ? beginSheet(notebook, style) : notebook
    const { lead, tail } = spacing(style, depth)
    return placed(notebook, { ...start, cells: [read(start, lead, body, tail)] })
  }
  const { gap } = spacing(style, depth)
  const next = [...cells]
  if (index === 0) {
    next[0] = withText(cells[0]!, { lead: gap.slice(1) })
    next.unshift(read(notebook, cells[0]!.text.lead, body, ','))
  } else {
    const above = cells[index - 1]!
    next[index - 1] = withText(above, { trail: ',' })
    next.splice(index, 0, read(notebook, gap.slice(1), body, above.text.trail))
  }
  return placed(notebook, { ...notebook, cells: next })
}

/** Takes a cell out, and with it its outputs. */
export function deleteCell(notebook: Notebook, index: number): Notebook {
  const { lead, trail } = cellOf(notebook, index).text
  const cells = notebook.cells.toSpliced(index, 1)
  const [above, below] = [cells[index - 1], cells[index]]
  if (above === undefined && below === undefined) return { ...notebook, cells }
  if (above === undefined) {
    // Of what parts two worksheets nothing may go.
    if (isBoundary(trail))
      return placed(notebook, { ...notebook, cells, preamble: notebook.preamble + trail.trimStart() })
    cells[0] = withText(below!, { lead })
  } else if (below === undefined) {
    const boundary = isBoundary(above.text.trail) ? above.text.trail.trimStart() : ''
    cells[index - 1] = withText(above, { trail })
    return placed(notebook, { ...notebook, cells, postamble: boundary + notebook.postamble })
  } else if (isBoundary(trail)) {
    const before = isBoundary(above.text.trail) ? above.text.trail : ''
    cells[index - 1] = withText(above, { trail: before + trail })
  } else if (isBoundary(above.text.trail)) cells[index] = withText(below, { lead })
  return placed(notebook, { ...notebook, cells })
}

/** Moves a cell so that it stands at `to` afterwards. What stands between cells stays where it is. */
export function moveCell(notebook: Notebook, from: number, to: number): Notebook {
  const cell = cellOf(notebook, from)
  cellOf(notebook, to)
  const order = notebook.cells.toSpliced(from, 1).toSpliced(to, 0, cell)
  const cells = order.map((each, at) => {
    const { lead, trail } = notebook.cells[at]!.text
    return each.text.lead === lead && each.text.trail === trail ? each : withText(each, { lead, trail })
  })
  return placed(notebook, { ...notebook, cells })
}

function styleOf(notebook: Notebook): Style {
  return { ...notebook.jupyter!, eol: notebook.eol }
}

function isBoundary(trail: string): boolean {
  return trail.includes('[')
}

/** The JSON of a cell that gets this content. `adopt`: a magic that was typed on its first line may make it a cell of another kind. */
function textFor(body: string, content: NewCell, adopt: boolean, style: Style): string {
  const old = readCell(body, style)
  if (isFault(old)) throw new Problem('DB-1999', `A cell cannot be read any more: ${old.what}.`)
  const kept = editBody(body, old, content, style)
  const typed = kept === null && adopt ? asTyped(old, content.source, style) : null
  const changed = typed === null ? kept : editBody(body, old, { ...content, ...typed }, style)
  if (changed === null) throw unsafe(content, style)
  return changed
}

function unsafe({ kind, source }: NewCell, { language }: Style): Problem {
  if (language === null)
    return new Problem(
      'DB-1010',
      'The kernel of this notebook runs none of the languages that Dagbook knows, so there is no such cell in it.',
      { line: 1 },
      'Make it Markdown, or start a notebook of its own.',
    )
  const lines = source.split('\n')
  const at = Math.max(
    0,
    lines.findIndex((line) => line.trim() !== ''),
  )
  const what = `The line "${lines[at]!}" cannot begin a cell of kind ${kind}: a notebook would read it as something else.`
  return new Problem('DB-1010', what, { line: at + 1 })
}

function read(notebook: Notebook, lead: string, body: string, trail: string): Cell {
  const cell = readCell(body, notebook.jupyter!)
  if (isFault(cell)) throw new Problem('DB-1999', `A cell was not written well: ${cell.what}.`)
  return cellAt({ lead, body, trail }, cell, 1)
}

function withText(cell: Cell, text: Partial<CellText>): Cell {
  return { ...cell, text: { ...cell.text, ...text } }
}

/** Version 3 has its cells in worksheets: begins the first. */
function beginSheet(notebook: Notebook, style: Style): Notebook {
  const sheet = writeJson({ cells: [], metadata: {} }, style, 2)
  const { lead, tail } = spacing(style, 1)
  const at = sheet.indexOf('[') + 1
  return {
    ...notebook,
    preamble: notebook.preamble + lead + sheet.slice(0, at),
    postamble: sheet.slice(at) + tail + notebook.postamble.trimStart(),
    jupyter: { ...notebook.jupyter!, sheetless: false },
  }
}

/** The notebook with the lines on which its cells now stand. Cells that stand where they stood stay the same values. */
function placed(before: Notebook, notebook: Notebook): Notebook {
  const starts = new Map<Cell, number>()
  let line = 1 + countLines(before.preamble)
  for (const cell of before.cells) {
    starts.set(cell, line)
    line += linesOf(cell.text)
  }
  line = 1 + countLines(notebook.preamble)
  const cells = notebook.cells.map((cell) => {
    const was = starts.get(cell)
    const moved =
      was === line
        ? cell
        : was === undefined
          ? relined(cell, notebook, line)
          : { ...cell, line: cell.line - was + line }
    line += linesOf(cell.text)
    return moved
  })
  return { ...notebook, cells }
}

function relined(cell: Cell, notebook: Notebook, line: number): Cell {
  const again = readCell(cell.text.body, notebook.jupyter!)
  return isFault(again) ? cell : cellAt(cell.text, again, line)
}

function linesOf({ lead, body, trail }: CellText): number {
  return countLines(lead) + countLines(body) + countLines(trail)
}

/** An id that no cell has, the same for the same edit of the same notebook. */
function newId(notebook: Notebook, index: number, content: NewCell): string {
  const bodies = notebook.cells.map(({ text }) => text.body)
  const near = [bodies[index - 1], bodies[index]].map((body) => body?.slice(0, 400))
  for (let attempt = 0; ; attempt++) {
    const id = hash(JSON.stringify([near, index, content, attempt]))
    if (!bodies.some((body) => body.includes(`"${id}"`))) return id
  }
}

/** Eight hexadecimal digits (FNV-1a). */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0
  return value.toString(16).padStart(8, '0')
}

import { Problem } from '../../problem/index.ts'
import { type CellContent, isBare, magicStyle, readBody, type Style, styleFor, writeBody } from './body.ts'
import { conflictLine } from '../bytes.ts'
import { cellOf, noSuchCell, storable } from '../cells.ts'
import { headerOf, separatorOf } from '../language.ts'
import { countLines, lineText } from '../lines.ts'
import { isPipOnly } from '../magics.ts'
import { type Cell, type CellEdit, type CellText, type Language, type Notebook, textOf } from '../notebook.ts'
import { cellAt, endsInSeparator, isSeparator, readPreamble, splitCells } from './read.ts'

/** A notebook without cells. */
export function newSource(language: Language): Notebook {
  const preamble = `${headerOf(language)}\n`
  return { format: 'source', language, preamble, cells: [], postamble: '', eol: '\n' }
}

/** See `editCell` of the folder above. */
export function editCell(notebook: Notebook, index: number, edit: CellEdit): Notebook {
  const cell = cellOf(notebook, index)
  const source = edit.source === undefined ? cell.source : storable(edit.source)
  const title = edit.title === undefined ? cell.title : edit.title && storable(edit.title)
  const content: CellContent = { kind: edit.kind ?? cell.kind, title, source }
  if (content.kind === cell.kind && content.title === cell.title && content.source === cell.source) return notebook

  const old = readBody(cell.text.body, notebook.language)
  const eol = cell.text.body.includes('\n') ? (cell.text.body.includes('\r\n') ? '\r\n' : '\n') : notebook.eol
  const fallback = styleFor(content.kind, notebook.language)
  const keep = content.kind === cell.kind ? old.style : fallback
  const magic: Style = { form: 'magic', word: keep.word, inline: false }
  // What stands in the file's own language without `MAGIC` stays so: it is also code to other programs.
  const plain = keep.form === 'plain' ? [keep] : [keep, { ...keep, inline: false }, magic]
  const styles = content.kind === notebook.language ? ownStyles(content.source, plain, fallback) : plain
  if (edit.kind === undefined && cell.kind === notebook.language && old.style.word === '') {
    const adopted = adoptMagic(content, notebook.language)
    if (adopted !== null && adopted.kind !== content.kind) return editCell(notebook, index, adopted)
  }
  // Python typed below `%pip` makes it a Python cell with that line in it.
  const whole = `%pip ${source}`
  if (edit.kind === undefined && cell.kind === 'pip' && notebook.language === 'python' && !isPipOnly(whole)) {
    return editCell(notebook, index, { ...content, kind: 'python', source: whole })
  }
  const bodies = styles.map((style) => writeBody(content, style, notebook.language, eol, old))
  return settle(notebook, replaceCell(notebook.cells, index, cell.text), [{ index, content, bodies }])
}

/** See `insertCell` of the folder above. */
export function insertCell(notebook: Notebook, index: number, content: CellContent, like?: Cell): Notebook {
  if (index < 0 || index > notebook.cells.length) throw noSuchCell(index)
  const source = storable(content.source)
  const plain = { ...content, source, title: content.title && storable(content.title) }
  const style = styleFor(plain.kind, notebook.language)
  const styles = plain.kind === notebook.language ? ownStyles(source, [], style) : [style, { ...style, inline: false }]
  const written = styles.map((each) => writeBody(plain, each, notebook.language, notebook.eol))
  const bodies = like !== undefined && like.source === source ? [like.text.body, ...written] : written
  const last = index === notebook.cells.length
  const lead = index === 0 ? '' : `${separatorOf(notebook.language)}${notebook.eol}${notebook.eol}`
  const trail = last ? notebook.eol : notebook.eol + notebook.eol
  const cells = [...notebook.cells]
  if (last && index > 0 && /^\r?\n?$/.test(cells[index - 1]!.text.trail)) {
    cells[index - 1] = withText(cells[index - 1]!, { trail: notebook.eol + notebook.eol })
  }
  cells.splice(index, 0, { ...plain, line: 0, text: { lead, body: bodies[0]!, trail } })
  return settle(notebook, cells, [{ index, content: plain, bodies }])
}

/** Takes a cell out. */
export function deleteCell(notebook: Notebook, index: number): Notebook {
  const gone = cellOf(notebook, index)
  const cells = notebook.cells.filter((_, at) => at !== index)
  // The file starts and ends as it did.
  if (index === 0 && cells.length > 0) cells[0] = withText(cells[0]!, { lead: gone.text.lead })
  if (index > 0 && index === cells.length) cells[index - 1] = withText(cells[index - 1]!, { trail: gone.text.trail })
  return settle(notebook, cells, [])
}

/** Moves a cell so that it stands at `to` afterwards. The blank lines and separators between cells stay where they are. */
export function moveCell(notebook: Notebook, from: number, to: number): Notebook {
  const cell = cellOf(notebook, from)
  cellOf(notebook, to)
  const order = notebook.cells.filter((_, at) => at !== from)
  order.splice(to, 0, cell)
  const cells = order.map((each, at) => {
    const { lead, trail } = notebook.cells[at]!.text
    return each === notebook.cells[at] ? each : withText(each, { lead, trail })
  })
  return settle(notebook, cells, [])
}

function linesOf(text: CellText): number {
  return countLines(text.lead) + countLines(text.body) + countLines(text.trail)
}

interface Change {
  readonly index: number
  readonly content: CellContent
  /** Ways to write it, the best first. */
  readonly bodies: readonly string[]
}

/**
 * Makes a notebook of these cells that reads back as just these cells: separators and blank lines are made anew where the old ones
 * would change what a cell is, and nowhere else.
 */
function settle(notebook: Notebook, cells: readonly Cell[], changes: readonly Change[]): Notebook {
  const preamble = notebook.preamble.endsWith('\n') ? notebook.preamble : notebook.preamble + notebook.eol
  const before = new Map<Cell, Role & { readonly start: number }>()
  let start = 1 + countLines(notebook.preamble)
  for (const [index, cell] of notebook.cells.entries()) {
    before.set(cell, { first: index === 0, last: index === notebook.cells.length - 1, start })
    start += linesOf(cell.text)
  }
  const settled: Cell[] = []
  let line = 1 + countLines(preamble)
  for (const [index, cell] of cells.entries()) {
    const role: Role = { first: index === 0, last: index === cells.length - 1 }
    const was = before.get(cell)
    if (was?.first === role.first && was.last === role.last) {
      settled.push(was.start === line ? cell : { ...cell, line: cell.line - was.start + line })
    } else {
      const change = changes.find((each) => each.index === index)
      settled.push(cellAt(settleCell(notebook, preamble, cell, change, role), line, notebook.language))
    }
    line += linesOf(settled[index]!.text)
  }
  const whole: Notebook = { ...notebook, preamble, cells: settled }
  for (const { content } of changes) refuseMarkers(whole, content)
  return whole
}

interface Role {
  readonly first: boolean
  readonly last: boolean
}

function settleCell(
  notebook: Notebook,
  preamble: string,
  cell: Cell,
  change: Change | undefined,
  role: Role,
): CellText {
  const content = change?.content ?? cell
  const gaps = gapsFor(notebook, cell.text, role)
  for (const body of change?.bodies ?? [cell.text.body]) {
    for (const gap of gaps) {
      const same = gap.lead === cell.text.lead && gap.trail === cell.text.trail && body === cell.text.body
      const text = same ? cell.text : { ...gap, body }
      if (readsBack(text, content, notebook.language, preamble, role)) return text
    }
  }
  throw unsafe(content, notebook.language)
}

/** What may stand around a cell: what stands there, else what we write. */
function gapsFor({ language, eol }: Notebook, now: CellText, role: Role): Omit<CellText, 'body'>[] {
  // A lone carriage return at the end of a body would become part of a plain line end.
  const stop = now.body.endsWith('\r') ? '\r\n' : eol
  const leads = role.first ? [now.lead, '', eol] : [now.lead, `${separatorOf(language)}${eol}${eol}`]
  const trails = role.last ? [now.trail, stop, stop + eol] : [now.trail, stop + eol, stop]
  return leads.flatMap((lead) => trails.map((trail) => ({ lead, trail })))
}

/** Whether a cell's text, where it stands, is read as this one cell with this content. */
function readsBack(text: CellText, content: CellContent, language: Language, preamble: string, role: Role): boolean {
  const whole = text.lead + text.body + text.trail
  if (!role.last && !whole.endsWith('\n')) return false
  if (role.last && endsInSeparator(whole, language)) return false
  const separated = isSeparator(whole.slice(0, whole.indexOf('\n') + 1), language)
  if (!role.first && !separated) return false
  // Before another cell the blank lines of an empty first cell may look like none.
  const follow = role.last ? '' : `${separatorOf(language)}\n\nx\n`
  if (role.first && readPreamble(preamble + whole + follow, language) !== preamble) return false
  const parts = splitCells(whole + follow, language)
  if (parts.length !== (role.last ? 1 : 2)) return false
  if (parts[0]!.lead !== text.lead || parts[0]!.body !== text.body) return false
  const read = readBody(text.body, language)
  return read.kind === content.kind && read.title === content.title && read.source === content.source
}

/** The ways to write a cell of the file's language: as it is, plain, and behind `MAGIC` if it starts with a magic of IPython. */
function ownStyles(source: string, now: readonly Style[], plain: Style): Style[] {
  const first = source.split('\n').find((line) => line.trim() !== '') ?? ''
  if (!isBare(first)) return [...now, plain]
  return [...now.filter(({ form }) => form !== 'plain'), magicStyle, ...now, plain]
}

/** A cell of the file's language whose text starts with a magic: the content it has as such a cell. */
function adoptMagic(content: CellContent, language: Language): CellContent | null {
  const first = content.source.split('\n').find((line) => line.trim() !== '')
  if (first === undefined || !isBare(first)) return null
  const read = readBody(content.source.trimStart(), language)
  return { kind: read.kind, title: content.title, source: read.source }
}

function refuseMarkers(notebook: Notebook, content: CellContent): void {
  if (!/^[<=>]{7}/m.test(content.source) || conflictLine(textOf(notebook)) === 0) return
  const line = 1 + content.source.split('\n').findIndex((each) => /^[<=>]{7}/.test(each))
  throw new Problem('DB-1010', 'A line of this cell, with others, looks like a merge conflict.', { line })
}

/** Says which line cannot be. Lines count from 1 in the cell's own source. */
function unsafe(content: CellContent, language: Language): Problem {
  if (/[\r\n]/.test(content.title ?? ''))
    return new Problem('DB-1010', 'The title has more than one line.', { line: 1 })
  const lines = content.source.split('\n')
  const separator = lines.findIndex((line) => line.startsWith(separatorOf(language)))
  const first = lines.findIndex((line) => line.trim() !== '')
  const at = separator >= 0 ? separator : Math.max(first, 0)
  return new Problem('DB-1010', `The line "${lineText(lines[at]!)}" cannot be part of this cell.`, { line: at + 1 })
}

function withText(cell: Cell, text: Partial<CellText>): Cell {
  return { ...cell, text: { ...cell.text, ...text } }
}

function replaceCell(cells: readonly Cell[], index: number, text: CellText): Cell[] {
  return cells.map((cell, at) => (at === index ? withText(cell, text) : cell))
}

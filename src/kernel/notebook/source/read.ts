import { Problem, type Place } from '../../problem/index.ts'
import { conflictLine, decode, markLength, startsWithMark } from '../bytes.ts'
import { commentOf, headerOf, separatorOf } from '../language.ts'
import { countLines, isBlank, lineEnd, lineText, splitLines } from '../lines.ts'
import type { Cell, CellText, Language, Notebook } from '../notebook.ts'
import { isBare, isMagic, isTitle, readBody } from './body.ts'

/** Reads a notebook in Databricks' source format. Throws the Problems of `readNotebook`. */
export function readSource(bytes: Uint8Array, path: string, language: Language): Notebook {
  const head = bytes.subarray(startsWithMark(bytes) ? markLength : 0)
  if (!startsAsConflict(head)) refuseOtherFiles(head, language, path)
  const text = decode(bytes, path)
  const conflict = conflictLine(text)
  if (conflict > 0) {
    throw new Problem('DB-1003', 'The file has the markers of a merge conflict.', { path, line: conflict })
  }
  if (startsAsConflict(head)) refuseOtherFiles(head, language, path)
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const place: Place = { path, line: 1 + countLines(text.slice(0, nul)) }
    if (/^\0+$/.test(text.slice(nul))) throw new Problem('DB-1004', 'The file ends in zero bytes.', place)
    throw new Problem('DB-1001', 'This is not a notebook: it holds binary data.', place)
  }
  return readText(text, language, path)
}

/** Reads the text of a notebook that is known to be one. */
export function readText(text: string, language: Language, path?: string): Notebook {
  const preamble = readPreamble(text, language)
  if (preamble === null) {
    throw new Problem('DB-1004', 'The file ends inside its environment block.', place(path, 2))
  }
  if (endsInSeparator(text, language)) {
    throw new Problem('DB-1004', 'The file ends inside a line between two cells.', place(path, 1 + countLines(text)))
  }
  const cells: Cell[] = []
  let line = 1 + countLines(preamble)
  for (const part of splitCells(text.slice(preamble.length), language)) {
    cells.push(cellAt(part, line, language))
    line += countLines(part.lead) + countLines(part.body) + countLines(part.trail)
  }
  const first = lineEnd(splitLines(text)[0] ?? '')
  const eol = first === '\r\n' ? '\r\n' : '\n'
  return { format: 'source', language, preamble, cells, postamble: '', eol }
}

/** The cell whose text starts on `line` of the file. */
export function cellAt(text: CellText, line: number, language: Language): Cell {
  const body = readBody(text.body, language)
  const above = countLines(text.lead) + countLines(body.titleLine) + countLines(body.head)
  return { kind: body.kind, title: body.title, source: body.source, line: line + above, text }
}

function place(path: string | undefined, line: number): Place {
  return path === undefined ? { line } : { path, line }
}

function startsAsConflict(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 7)) === '<<<<<<<'
}

/** Refuses by the first bytes what is not a notebook, with words for what it is instead. */
function refuseOtherFiles(bytes: Uint8Array, language: Language, path: string): void {
  const header = headerOf(language)
  const start = String.fromCharCode(...bytes.subarray(0, header.length + 2))
  if (start.startsWith(header) && /^(?:\r?\n|\r?$)/.test(start.slice(header.length))) return

  const todo = `A notebook starts with the line "${header}".`
  const refuse = (what: string): Problem => new Problem('DB-1001', what, { path, line: 1 }, todo)
  if (bytes.length === 0) throw refuse('This is not a notebook: the file is empty.')
  if (start.length > 10 && header.startsWith(start)) {
    throw new Problem('DB-1004', 'The file ends inside its first line.', { path, line: 1 })
  }
  if (bytes.subarray(0, 8000).includes(0)) throw refuse('This is not a notebook: it holds binary data.')
  if (/^\s*\{/.test(start)) throw refuse('This is not a source notebook: it looks like JSON, as .ipynb files are.')
  throw refuse('This is not a notebook: the first line is another.')
}

/** The header and the environment block right after it, with their line ends; null: the text ends inside the block. */
export function readPreamble(text: string, language: Language): string | null {
  const lines = splitLines(text)
  const comment = commentOf(language)
  if (lines[1]?.trimEnd() !== `${comment} /// script`) return lines[0] ?? ''
  for (const [index, line] of lines.entries()) {
    if (index < 2) continue
    if (line.trimEnd() === `${comment} ///`) return lines.slice(0, index + 1).join('')
    // Every line of a block is a comment; this one is none, so there is no block.
    if (!line.startsWith(comment) || isSeparator(line, language)) return lines[0]!
  }
  return null
}

/** Whether a line parts two cells; blanks may follow. */
export function isSeparator(line: string, language: Language): boolean {
  return line.startsWith(separatorOf(language)) && line.trimEnd() === separatorOf(language)
}

/** Whether a text ends in the middle of a separator. */
export function endsInSeparator(text: string, language: Language): boolean {
  const last = text.slice(text.lastIndexOf('\n') + 1)
  const separator = separatorOf(language)
  return last.length > separator.length - 10 && last.length < separator.length && separator.startsWith(last)
}

/** Cuts what follows the preamble into the texts of cells; joined, they are the whole again. */
export function splitCells(text: string, language: Language): CellText[] {
  const lines = splitLines(text)
  const starts = [...lines.keys()].filter((index) => isSeparator(lines[index]!, language))
  const cells: CellText[] = []
  const first = starts[0] ?? lines.length
  // One blank line before the first separator is no cell of its own.
  const preface = starts.length > 0 && first <= 1 && lines.slice(0, first).every((line) => lineText(line) === '')
  if (!preface && first > 0) cells.push(splitCell('', lines.slice(0, first), language))
  for (const [index, start] of starts.entries()) {
    const lead = (index === 0 && preface ? lines.slice(0, first).join('') : '') + lines[start]!
    cells.push(splitCell(lead, lines.slice(start + 1, starts[index + 1] ?? lines.length), language))
  }
  return cells
}

/**
 * Parts a cell from the blank lines around it. Writers put one empty line on each side of a separator; further ones belong to the
 * cell, unless the cell says where it starts (title, magic) or ends (`MAGIC` lines).
 */
function splitCell(separator: string, lines: readonly string[], language: Language): CellText {
  const top = lines.findIndex((line) => !isBlank(line))
  const titled = top >= 0 && isTitle(lines[top]!, language)
  const code = titled ? lines.findIndex((line, index) => index > top && !isBlank(line)) : top
  const magic = code >= 0 && isMagic(lines[code]!, language)
  const delimited = titled || magic || (top >= 0 && isBare(lines[top]!))

  const start = delimited ? top : lines.length >= 2 && lineText(lines[0]!) === '' ? 1 : 0
  let end = lines.length
  if (magic) end = 1 + lines.findLastIndex((line) => !isBlank(line))
  else if (end - start - (titled ? 1 : 0) >= 2 && lineText(lines.at(-1)!) === '') end--

  const whole = lines.slice(start, end).join('')
  const last = end > start ? lineEnd(lines[end - 1]!) : ''
  return {
    lead: separator + lines.slice(0, start).join(''),
    body: whole.slice(0, whole.length - last.length),
    trail: last + lines.slice(end).join(''),
  }
}

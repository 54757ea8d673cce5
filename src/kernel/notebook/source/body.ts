import { commentOf, kindOf, magicOf } from '../language.ts'
import { isPipOnly, isPythonMagic } from '../magics.ts'
import { isBlank, lineEnd, lineText, splitLines } from '../lines.ts'
import type { CellKind, Language } from '../notebook.ts'

/** What a person sees of a cell. */
export interface CellContent {
  readonly kind: CellKind
  readonly title: string | null
  readonly source: string
}

/** A cell's body taken apart: `title line + head + source lines`; joined, they are the body again. */
export interface Body extends CellContent {
  readonly titleLine: string
  /** What precedes the source: `# MAGIC %sql` and its line end, `# MAGIC %run `, `%pip `, or nothing. */
  readonly head: string
  /** The source as it stands in the file, prefixes included; one per line of `source`. */
  readonly rows: readonly string[]
  readonly style: Style
}

/** How a cell is written: `plain` in the file's language, `bare` with `%word` but no `MAGIC`, or with `MAGIC` on each line. */
export interface Style {
  readonly form: 'plain' | 'bare' | 'magic'
  /** The word behind `%`, "" for none. */
  readonly word: string
  /** The source starts on the line of the word. */
  readonly inline: boolean
}

const wordPattern = /^([ \t]*%%?([A-Za-z][\w-]*))(?:[ \t]|$)/

/** The magic that a cell's text starts with. */
function magicAtHead(source: string): { sign: string; word: string } | null {
  const [, sign, word] = /^\s*(%%?)([A-Za-z][\w-]*)(?:[ \t\n]|$)/.exec(source) ?? []
  return sign === undefined ? null : { sign, word: word! }
}

/** Whether a line is a title line, and so the first of a cell. */
export function isTitle(line: string, language: Language): boolean {
  return readTitle(line, language) !== null
}

function readTitle(line: string, language: Language): string | null {
  const lead = `${commentOf(language)} DBTITLE `
  if (!line.startsWith(lead)) return null
  const match = /^\d+,(.*)$/s.exec(lineText(line).slice(lead.length))
  return match === null ? null : match[1]!
}

/** Whether a cell that starts with this line is one of `MAGIC` lines. */
export function isMagic(line: string, language: Language): boolean {
  const prefix = magicPrefix(line, language)
  return prefix > 0 && /^(?:[\s%]|$)/.test(lineText(line).slice(prefix))
}

/** Whether a cell that starts with this line is a `%word` without `MAGIC`. */
export function isBare(line: string): boolean {
  return line.startsWith('%') && wordPattern.test(lineText(line))
}

/** The length of `# MAGIC` at the start of a line, 0 if it is not there. The blank after the comment sign may lack. */
function magicPrefix(line: string, language: Language): number {
  const comment = commentOf(language)
  if (line.startsWith(`${comment} MAGIC`)) return comment.length + 6
  return line.startsWith(`${comment}MAGIC`) ? comment.length + 5 : 0
}

/** A line of a magic cell without its prefix; a line that lacks one is taken as it is. */
function unmagic(line: string, language: Language): string {
  const text = lineText(line).slice(magicPrefix(line, language))
  return text.startsWith(' ') && magicPrefix(line, language) > 0 ? text.slice(1) : text
}

/** Takes a cell's body apart. */
export function readBody(body: string, language: Language): Body {
  const lines = body.endsWith('\n') ? [...splitLines(body), ''] : splitLines(body)
  const title = lines.length > 0 ? readTitle(lines[0]!, language) : null
  const titleLine = title === null ? '' : lines.shift()!
  const first = lines.findIndex((line) => !isBlank(line))
  const form =
    first < 0 ? 'plain' : isMagic(lines[first]!, language) ? 'magic' : isBare(lines[first]!) ? 'bare' : 'plain'
  if (form === 'plain') {
    const source = lines.map(lineText).join('\n')
    const style: Style = { form, word: '', inline: false }
    // A notebook's languages are kinds of cells, by the same names.
    return { kind: language, title, source, titleLine, head: '', rows: lines, style }
  }

  const text = (line: string): string => (form === 'magic' ? unmagic(line, language) : lineText(line))
  const start = lines.findIndex((line) => !isBlank(text(line)))
  const match = start < 0 ? null : wordPattern.exec(text(lines[start]!))
  const word = match === null || match[1]!.includes('%%') ? '' : match[2]!
  const kind = word === '' ? 'magic' : kindOf(word)
  // `%pip` among Python is Python, as it is to IPython.
  const isMixed = kind === 'pip' && language === 'python' && !isPipOnly(lines.slice(start).map(text).join('\n'))
  if (kind === 'magic' || isMixed) {
    // The word belongs to the source; blank lines above the first MAGIC line do not.
    const head = lines.slice(0, first).join('')
    const rows = lines.slice(first)
    const source = rows.map(text).join('\n')
    const own = match === null ? null : magicAtHead(source)
    const isPython = isMixed || (language === 'python' && own !== null && isPythonMagic(own.sign, own.word))
    const style: Style = { form, word: '', inline: false }
    return { kind: isPython ? 'python' : kind, title, source, titleLine, head, rows, style }
  }

  const wordLine = lines[start]!
  const rest = text(wordLine).slice(match![1]!.length)
  const inline = !isBlank(rest)
  const before = lines.slice(0, start).join('')
  const style: Style = { form, word, inline }
  if (!inline) {
    const rows = lines.slice(start + 1)
    return { kind, title, source: rows.map(text).join('\n'), titleLine, head: before + wordLine, rows, style }
  }
  const own = rest.slice(1)
  const headEnd = lineText(wordLine).length - own.length
  const rows = [wordLine.slice(headEnd), ...lines.slice(start + 1)]
  const source = [own, ...lines.slice(start + 1).map(text)].join('\n')
  return { kind, title, source, titleLine, head: before + wordLine.slice(0, headEnd), rows, style }
}

/** The style of a cell of the file's language that starts with a magic of IPython. */
export const magicStyle: Style = { form: 'magic', word: '', inline: false }

/** The style in which we write a cell of this kind. */
export function styleFor(kind: CellKind, language: Language): Style {
  if (kind === language) return { form: 'plain', word: '', inline: false }
  return { form: 'magic', word: magicOf(kind) ?? '', inline: kind === 'run' || kind === 'pip' || kind === 'fs' }
}

/**
 * The body of a cell with this content, in this style. `old`: what stands there now; its title line, head and every
 * source line at the start and end that stays as it is keep their bytes.
 */
export function writeBody(content: CellContent, style: Style, language: Language, eol: string, old?: Body): string {
  const comment = commentOf(language)
  const prefix = style.form === 'magic' ? `${comment} MAGIC` : ''
  const prefixed = (line: string): string => (prefix === '' ? line : line === '' ? prefix : `${prefix} ${line}`)
  const kept = old !== undefined && sameStyle(old.style, style) ? old : undefined

  const titled = content.title === null ? '' : `${comment} DBTITLE 1,${content.title}`
  const titleLine =
    content.title !== null && content.title === old?.title ? endLine(old.titleLine, eol) : endLine(titled, eol)
  let head = ''
  if (kept !== undefined) head = style.inline ? kept.head : endLine(kept.head, eol)
  else if (style.word !== '') head = prefixed(`%${style.word}`) + (style.inline ? ' ' : eol)
  // A cell of nothing but its word has no source line at all.
  if (content.source === '' && head !== '' && !style.inline) return (titleLine + head).replace(/\r?\n$/, '')

  const lines = content.source.split('\n')
  const rows = lines.map((line, index) => (style.inline && index === 0 ? line : prefixed(line)))
  return titleLine + head + (kept === undefined ? rows.join(eol) : joinKept(lines, rows, kept, eol))
}

/** A line, or lines, with a line end behind; "" stays "". */
function endLine(text: string, eol: string): string {
  return text === '' || text.endsWith('\n') ? text : text + eol
}

function sameStyle(a: Style, b: Style): boolean {
  return a.form === b.form && a.word === b.word && a.inline === b.inline
}

/** Rows joined by line ends, where the first and last rows that stay the same keep their bytes. */
function joinKept(lines: readonly string[], rows: readonly string[], old: Body, eol: string): string {
  const was = old.rows.length === 0 ? [] : old.source.split('\n')
  let top = 0
  while (top < was.length && top < lines.length && was[top] === lines[top]) top++
  let bottom = 0
  while (bottom < was.length - top && bottom < lines.length - top && was.at(-1 - bottom) === lines.at(-1 - bottom)) {
    bottom++
  }
  return rows
    .map((row, index) => {
      const last = index === rows.length - 1
      const from = index < top ? index : index >= rows.length - bottom ? was.length - rows.length + index : -1
      const raw = from < 0 ? row : lineText(old.rows[from]!)
      const end = from < 0 ? eol : lineEnd(old.rows[from]!) || eol
      return last ? raw : raw + end
    })
    .join('')
}

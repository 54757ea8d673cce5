import { kindOf, magicOf } from '../language.ts'
import { isPipOnly, isPythonMagic } from '../magics.ts'
import type { CellKind, Language } from '../notebook.ts'

/** The text of a code cell: `head + source`; the head is what makes it this kind (`%sql` and its line end), or "". */
export interface Written {
  readonly kind: CellKind
  readonly head: string
  readonly source: string
}

/** What decides about magics: the language of code, and whether magics are Databricks'. */
export interface Dialect {
  readonly language: Language
  readonly databricks: boolean
}

const firstLine = /^(\s*)(%%?)([A-Za-z][\w-]*)([^\n]*)(\n|$)/

/** Cell magics of IPython that make a cell of another kind, if nothing else stands on their line. */
const cellMagics: Readonly<Record<string, CellKind>> = {
  bash: 'sh',
  sh: 'sh',
  sql: 'sql',
  markdown: 'markdown',
  scala: 'scala',
  R: 'r',
  r: 'r',
}

/** Reads the text of a code cell. `head + source` is the text again. */
export function readCode(text: string, { language, databricks }: Dialect): Written {
  const plain: Written = { kind: language, head: '', source: text }
  const match = firstLine.exec(text)
  if (match === null) return plain
  const [line, , sign, word, rest] = match as unknown as [string, string, string, string, string]
  // `%time_it = 3` and the like are somebody else's mistake.
  if (rest !== '' && !/^[ \t]/.test(rest)) return plain
  const alone = rest.trim() === ''
  const unknown: Written = { kind: 'magic', head: '', source: text }
  const below = (kind: CellKind): Written => ({ kind, head: line, source: text.slice(line.length) })
  if (sign === '%%') {
    if (language === 'python' && isPythonMagic(sign, word)) return plain
    const kind = cellMagics[word]
    return kind !== undefined && alone ? below(kind) : unknown
  }
  const kind = kindOf(word)
  if (kind === 'magic') return language === 'python' ? plain : unknown
  const followed = text.slice(line.length).trim() !== ''
  if (alone && kind !== 'run' && kind !== 'pip') return below(kind)
  // In IPython these stand among Python; for Databricks they speak for their cell.
  if (kind === 'sql' && followed && !databricks && language === 'python') return plain
  if (kind === 'run' && text.split('\n').some((each, index) => index > 0 && !/^\s*(#|$)/.test(each))) return plain
  if (kind === 'pip' && !isPipOnly(text)) return plain
  const head = line.slice(0, line.length - rest.length - (line.endsWith('\n') ? 1 : 0)) + rest.slice(0, 1)
  return { kind, head, source: text.slice(head.length) }
}

/** How a code cell of this kind may begin, the best first. */
export function headsOf(kind: CellKind, { language, databricks }: Dialect): readonly string[] {
  if (kind === language || kind === 'magic') return ['']
  const word = magicOf(kind)
  if (word === null) return []
  if (kind === 'run' || kind === 'pip') return [`%${word} `]
  if (kind === 'fs') return [`%${word} `, `%${word}\n`]
  const line = `%${word}\n`
  if (databricks) return [line]
  return kind === 'sql' ? ['%%sql\n', line] : kind === 'sh' ? ['%%bash\n', line] : [line]
}

/** The text of a code cell of this kind, which reads back as just that; null: there is none. */
export function writeCode(
  kind: CellKind,
  source: string,
  dialect: Dialect,
  heads: readonly string[] = headsOf(kind, dialect),
): string | null {
  const texts = heads.map((head) => head + source)
  return (
    texts.find((text) => {
      const read = readCode(text, dialect)
      return read.kind === kind && read.source === source
    }) ?? null
  )
}

import type { Mode, Resource, Span } from '../effect.ts'
import { gap, isPattern, roughPath } from '../rough-path.ts'
import { closeOf, isNameStart, keyAt, type RoughName, type Scan, type Scope, spanOf, type TableUse } from './scan.ts'
import { type Token, tokenize } from './token.ts'

/** The name of a table or the path of a file, as it stands in a statement. */
export interface Name {
  /** Its parts without back-quotes; null: not known from the text. */
  readonly parts: readonly string[] | null
  /** The path, where the name is one (`delta.` + a quoted path); null: not known from the text. */
  readonly path?: string | null
  /** What is known of a name that is not known throughout. */
  readonly rough?: RoughName
  readonly span: Span
  /** The index of the token behind it. */
  readonly next: number
}

const formats = new Set([
  'delta',
  'parquet',
  'csv',
  'json',
  'jsonl',
  'orc',
  'avro',
  'text',
  'binaryfile',
  'xml',
  'iceberg',
])

/** Reads a name that starts at a token for which `isNameStart` holds. */
export function readName(scan: Scan, at: number, to: number): Name {
  if (isIdentifierCall(scan, at, to)) return readIdentifierCall(scan, at, to)
  const parts: Part[] = []
  let next = at
  let quoted = false
  for (;;) {
    // Text put together with a parameter (`orders_${env}`) is one part.
    let part: Part = { text: '', gaps: false, open: true, glued: false }
    const first = next
    do {
      const piece = pieceOf(scan, scan.tokens[next]!)
      part = {
        text: part.text + piece.text,
        gaps: part.gaps || piece.gaps,
        open: part.open && piece.open,
        glued: part.glued || next > first || scan.tokens[next]!.kind === 'substitution',
      }
      next++
    } while (next < to && isNameStart(scan.tokens[next]) && isGlued(scan, next))
    parts.push(part)
    quoted = scan.tokens[next - 1]!.kind === 'quoted'
    if (keyAt(scan, next, to) !== '.' || next + 1 >= to || !isNameStart(scan.tokens[next + 1])) break
    next++
  }
  const span = spanOf(scan, at, next - 1)
  const isKnown = parts.every(({ gaps }) => !gaps)
  const texts = parts.map(({ text }) => text)
  if (parts.length === 2 && formats.has(texts[0]!.toLowerCase()) && (quoted ? /[/.:*$]/.test(texts[1]!) : false)) {
    return { parts: null, path: texts[1]!, span, next }
  }
  if (isKnown)
    return { parts: parts.flatMap(({ text, glued }) => (glued ? (splitName(text) ?? [text]) : [text])), span, next }
  const known = texts.slice(
    0,
    parts.findIndex(({ gaps }) => gaps),
  )
  return { parts: null, rough: { known, total: parts.length, open: parts[known.length]!.open }, span, next }
}

/** One part of a name: its text as far as it is known. */
interface Part {
  readonly text: string
  readonly gaps: boolean
  /** Nothing of it is known. */
  readonly open: boolean
  /** It is made with the value of a parameter, which may be several parts. */
  readonly glued: boolean
}

function pieceOf(scan: Scan, token: Token): Omit<Part, 'glued'> {
  if (token.kind === 'substitution') {
    const value = valueOf(scan, token.value)
    return { text: value ?? `\${${token.value}}`, gaps: value === undefined, open: value === undefined }
  }
  const text = token.kind === 'quoted' ? withValues(scan, token.value) : token.value
  const gaps = token.kind === 'quoted' && text.includes('${')
  return { text, gaps, open: gaps && /^\$\{[^{}]*\}$/.test(text) }
}

function valueOf(scan: Scan, name: string): string | undefined {
  return Object.hasOwn(scan.values, name) ? scan.values[name] : undefined
}

/** A text with the values of its `${p}`, as far as they are known. */
function withValues(scan: Scan, text: string): string {
  return text.replace(/\$\{\s*([^{}]*?)\s*\}/g, (whole, name: string) => valueOf(scan, name) ?? whole)
}

function isGlued(scan: Scan, index: number): boolean {
  const [before, token] = [scan.tokens[index - 1]!, scan.tokens[index]!]
  return before.end === token.start && (before.kind === 'substitution' || token.kind === 'substitution')
}

export function isIdentifierCall(scan: Scan, at: number, to: number): boolean {
  return keyAt(scan, at, to) === 'IDENTIFIER' && keyAt(scan, at + 1, to) === '('
}

/** `IDENTIFIER('a.b')`, also of strings and parameters joined by `||`, as far as their values are known. */
function readIdentifierCall(scan: Scan, at: number, to: number): Name {
  const close = closeOf(scan, at + 1, to)
  const text = literalText(scan, at + 2, close)
  const last = Math.min(close, to - 1)
  return { parts: text === null ? null : splitName(text), span: spanOf(scan, at, last), next: last + 1 }
}

/** The text of a constant expression of strings and known parameters, or null. */
export function literalText(scan: Scan, from: number, to: number): string | null {
  let text = ''
  for (let at = from; at < to; at++) {
    const token = scan.tokens[at]!
    if (token.key === '||') continue
    const value =
      token.kind === 'parameter' || token.kind === 'substitution'
        ? scan.values[token.value]
        : token.kind === 'string'
          ? token.value
          : undefined
    const known = value === undefined ? undefined : withValues(scan, value)
    if (known === undefined || known.includes('${')) return null
    text += known
  }
  return from < to ? text : null
}

/** The parts of a name given as text, or null if it is none. */
export function splitName(text: string): string[] | null {
  const { tokens, error } = tokenize(text)
  if (error !== null || tokens.length % 2 === 0) return null
  const names = tokens.filter((_, index) => index % 2 === 0)
  const dots = tokens.filter((_, index) => index % 2 === 1)
  if (!names.every(({ kind }) => kind === 'word' || kind === 'quoted') || !dots.every(({ key }) => key === '.'))
    return null
  return names.map(({ value }) => value)
}

/** Notes that a name is used: as a table, or as a path. The answer is the use if it is a table. */
export function noteUse(
  scan: Scan,
  name: Name,
  mode: Mode,
  scope: Scope | null,
  creates = false,
  drops = false,
): TableUse | null {
  if (name.path !== undefined) {
    notePath(scan, name.path, mode, name.span)
    return null
  }
  const use: TableUse = {
    mode,
    parts: name.parts,
    ...(name.rough === undefined ? {} : { rough: name.rough }),
    span: name.span,
    form: 'name',
    creates,
    ...(drops ? { drops } : {}),
    aliasAt: null,
  }
  scan.uses.push(use)
  scope?.relations.push(use)
  return use
}

/** Notes that a file or folder is used; null: it is not known. What is not known of a text (`${…}`) is any file of its folder. */
export function notePath(scan: Scan, path: string | null, mode: Mode, where: Span): void {
  const rough = path === null ? null : roughPath(withValues(scan, path).replace(/\$\{[^{}]*\}/g, gap))
  const isOne = rough !== null && !isPattern(rough)
  const resource: Resource = `path:${rough ?? '*'}`
  scan.effects.push({
    mode: mode === 'write' && !isOne ? 'update' : mode,
    resource,
    where: { start: where.start, end: where.end },
  })
}

/** Notes a table whose name stands in the string at `index`. */
export function noteNamed(scan: Scan, index: number): void {
  const token = scan.tokens[index]!
  const text = token.kind === 'string' ? withValues(scan, token.value) : '${'
  const parts = text.includes('${') ? null : splitName(text)
  scan.uses.push({
    mode: 'read',
    parts,
    span: spanOf(scan, index, index),
    form: 'string',
    creates: false,
    aliasAt: null,
  })
}

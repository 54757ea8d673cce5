import type { Mode, Resource, Span } from '../effect.ts'
import { closeOf, isNameStart, keyAt, type Scan, type Scope, spanOf, type TableUse } from './scan.ts'
import { type Token, tokenize } from './token.ts'

/** The name of a table or the path of a file, as it stands in a statement. */
export interface Name {
  /** Its parts without back-quotes; null: not known from the text. */
  readonly parts: readonly string[] | null
  /** The path, where the name is one (`delta.` + a quoted path); null: not known from the text. */
  readonly path?: string | null
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
  const parts: string[] = []
  let known = true
  let next = at
  let quoted = false
  for (;;) {
    const first = next
    // Text put together with a parameter (`orders_${env}`) is one part.
    do {
      known &&= isKnown(scan.tokens[next]!)
      next++
    } while (next < to && isNameStart(scan.tokens[next]) && isGlued(scan, next))
    parts.push(next - first === 1 ? scan.tokens[first]!.value : '')
    quoted = scan.tokens[next - 1]!.kind === 'quoted'
    if (keyAt(scan, next, to) !== '.' || next + 1 >= to || !isNameStart(scan.tokens[next + 1])) break
    next++
  }
  const span = spanOf(scan, at, next - 1)
  if (parts.length === 2 && formats.has(parts[0]!.toLowerCase()) && (quoted ? /[/.:*$]/.test(parts[1]!) : false)) {
    return { parts: null, path: known ? parts[1]! : null, span, next }
  }
  return { parts: known ? parts : null, span, next }
}

function isGlued(scan: Scan, index: number): boolean {
  const [before, token] = [scan.tokens[index - 1]!, scan.tokens[index]!]
  return before.end === token.start && (before.kind === 'substitution' || token.kind === 'substitution')
}

function isKnown(token: Token): boolean {
  return token.kind !== 'substitution' && !(token.kind === 'quoted' && token.value.includes('${'))
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
      token.kind === 'parameter' ? scan.values[token.value] : token.kind === 'string' ? token.value : undefined
    if (value === undefined || value.includes('${')) return null
    text += value
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

/** Notes that a file or folder is used; null and text with `${…}` are paths that are not known. */
export function notePath(scan: Scan, path: string | null, mode: Mode, where: Span): void {
  const resource: Resource = path === null || path.includes('${') ? 'path:*' : `path:${path}`
  scan.effects.push({ mode, resource, where: { start: where.start, end: where.end } })
}

/** Notes a table whose name stands in the string at `index`. */
export function noteNamed(scan: Scan, index: number): void {
  const token = scan.tokens[index]!
  const known = token.kind === 'string' && !token.value.includes('${')
  const parts = known ? splitName(token.value) : null
  scan.uses.push({
    mode: 'read',
    parts,
    span: spanOf(scan, index, index),
    form: 'string',
    creates: false,
    aliasAt: null,
  })
}

import type { Effect, Mode, Span } from '../effect.ts'
import type { Token } from './token.ts'

/** A place where a statement names a table. */
export interface TableUse {
  mode: Mode
  /** The parts of the name, without back-quotes; null: it is known only when the statement runs. */
  readonly parts: readonly string[] | null
  /** Of a name that is not known throughout: its parts up to the first unknown one, how many there are, and whether that is all unknown. */
  readonly rough?: RoughName
  readonly span: Span
  /** How the name stands there: as a name (`IDENTIFIER('…')` included), or inside a string (`table_changes('t', 1)`). */
  readonly form: 'name' | 'string'
  /** It makes a table of that name, so a temp view of the same name does not stand for it. */
  readonly creates: boolean
  /** It drops what has this name, which may be a temp view. */
  readonly drops?: boolean
  /** Where an alias may be put; null: it has one, or none may stand there. */
  aliasAt: number | null
}

export interface RoughName {
  readonly known: readonly string[]
  readonly total: number
  readonly open: boolean
}

/** A place where a statement names a schema or catalog. */
export interface ContainerUse {
  readonly kind: 'schema' | 'catalog'
  readonly mode: Mode
  /** It concerns whether it is there, not the tables in it. */
  readonly shallow: boolean
  /** The parts of the name; null: it is known only when the statement runs, undefined: the current one. */
  readonly parts: readonly string[] | null | undefined
  readonly span: Span
}

/** The relations that the columns of one SELECT may be qualified by; `outer` is that of the query around it. */
export interface Scope {
  readonly outer: Scope | null
  readonly relations: TableUse[]
}

/** A qualified column of three or more parts, such as `main.sales.orders.amount` or `sales.orders.*`. */
export interface Chain {
  readonly names: readonly Token[]
  readonly scope: Scope
}

/** What is found while a statement is walked through. Filled by the functions of this folder. */
export interface Scan {
  readonly tokens: readonly Token[]
  /** For the index of each `(` that of its `)`. */
  readonly close: ReadonlyMap<number, number>
  /** Values of parameters, for names made of them. */
  readonly values: Readonly<Record<string, string>>
  readonly uses: TableUse[]
  readonly containers: ContainerUse[]
  /** The SELECTs, and the statements that change a table. */
  readonly scopes: Scope[]
  readonly chains: Chain[]
  /** Effects on anything else than tables. */
  readonly effects: Effect[]
  /** Where the walk found what it does not know. */
  readonly doubts: Span[]
}

export function newScan(tokens: readonly Token[], close: Scan['close'], values: Scan['values']): Scan {
  return { tokens, close, values, uses: [], containers: [], scopes: [], chains: [], effects: [], doubts: [] }
}

/** A new scope within another, or at the top. */
export function newScope(scan: Scan, outer: Scope | null = null): Scope {
  const scope: Scope = { outer, relations: [] }
  scan.scopes.push(scope)
  return scope
}

/** For the index of each `(` that of its `)`; one that is never closed ends with the tokens. */
export function closings(tokens: readonly Token[]): Map<number, number> {
  const close = new Map<number, number>()
  const open: number[] = []
  for (const [index, { key }] of tokens.entries()) {
    if (key === '(') open.push(index)
    else if (key === ')' && open.length > 0) close.set(open.pop()!, index)
  }
  for (const index of open) close.set(index, tokens.length)
  return close
}

/** The keyword or sign at an index, "" for anything else. */
export function keyAt(scan: Scan, index: number, to = scan.tokens.length): string {
  return index < to ? (scan.tokens[index]?.key ?? '') : ''
}

/** The `)` of the `(` at `index`, but no further than `to`. */
export function closeOf(scan: Scan, index: number, to: number): number {
  return Math.min(scan.close.get(index) ?? to, to)
}

/** Whether the token can start a name. */
export function isNameStart(token: Token | undefined): boolean {
  return token !== undefined && (token.kind === 'word' || token.kind === 'quoted' || token.kind === 'substitution')
}

/** Words that no table is called by without back-quotes. */
const reserved = new Set([
  'SELECT',
  'FROM',
  'WHERE',
  'JOIN',
  'ON',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'INSERT',
  'INTO',
  'AS',
  'WITH',
  'SET',
  'WHEN',
  'THEN',
  'AND',
  'OR',
  'IN',
  'LATERAL',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'NATURAL',
  'USING',
  'CASE',
])

/** Whether the name of a table can start here. */
export function isTableStart(scan: Scan, at: number, to: number): boolean {
  if (at >= to || !isNameStart(scan.tokens[at])) return false
  return !reserved.has(keyAt(scan, at, to)) || keyAt(scan, at + 1, to) === '.'
}

/** What SCHEMA, CATALOG and their other names stand for; null: none of them. */
export function containerKind(word: string): ContainerUse['kind'] | null {
  if (word === 'CATALOG') return 'catalog'
  return ['SCHEMA', 'DATABASE', 'NAMESPACE'].includes(word) ? 'schema' : null
}

/** From the start of one token to the end of another. */
export function spanOf(scan: Scan, from: number, last: number): Span {
  return { start: scan.tokens[from]!.start, end: scan.tokens[last]!.end }
}

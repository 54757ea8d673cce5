import type { Span } from '../effect.ts'
import { Problem } from '../../problem/index.ts'

type Sdk = typeof import('@polyglot-sql/sdk')

let loading: Promise<Sdk> | null = null
let sdk: Sdk | null = null

/**
 * Loads the SQL parser, once; it takes about a third of a second and 100 MB, so ask for it only where there is SQL. Everything that
 * analyses SQL needs it, and is synchronous from then on.
 */
export async function loadSql(): Promise<void> {
  loading ??= import('@polyglot-sql/sdk')
  try {
    sdk = await loading
  } catch (error) {
    loading = null
    throw new Problem('DB-1999', 'The SQL parser does not load.', {}, undefined, error)
  }
}

/** A table that the parser sees. */
export interface ParsedTable extends Span {
  readonly parts: readonly string[]
}

/**
 * The tables in one statement as the parser sees them, without common table expressions; null where it cannot parse it. It is the
 * second reader of each statement: a table that only it sees is taken in too. Alone it does not do: it takes several statements of
 * Databricks for opaque text, and rejects others that are valid.
 */
export function parsedTables(sql: string): ParsedTable[] | null {
  if (sdk === null) throw new Problem('DB-1999', 'SQL is analysed before its parser is loaded (loadSql).')
  let ast: unknown
  try {
    const result = sdk.parse(sql, sdk.Dialect.Databricks)
    if (!result.success) return null
    ast = result.ast
  } catch {
    return null
  }
  const tables: ParsedTable[] = []
  const ctes = new Set<string>()
  collect(ast, tables, ctes)
  const offset = offsetsOf(sql)
  return tables
    .filter(({ parts }) => parts.length > 1 || !ctes.has(parts[0]!.toLowerCase()))
    .map(({ parts, start, end }) => ({ parts, start: offset(start), end: offset(end) }))
}

/** Walks the tree; what it needs of it is checked, whatever else it holds. */
function collect(node: unknown, tables: ParsedTable[], ctes: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node as unknown[]) collect(each, tables, ctes)
  } else if (isRecord(node)) {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'table' && isRecord(value)) {
        const table = readTable(value)
        if (table !== null) tables.push(table)
      }
      if (key === 'ctes' && Array.isArray(value)) {
        for (const each of value as unknown[]) {
          const alias = isRecord(each) ? readName(each['alias']) : null
          if (alias !== null) ctes.add(alias.text.toLowerCase())
        }
      }
      collect(value, tables, ctes)
    }
  }
}

function readTable(node: Record<string, unknown>): ParsedTable | null {
  const names = ['catalog', 'schema', 'name'].map((key) => readName(node[key])).filter((name) => name !== null)
  // A column has a plain string there.
  if (names.length === 0 || readName(node['name']) === null) return null
  return { parts: names.map(({ text }) => text), start: names[0]!.start, end: names.at(-1)!.end }
}

function readName(node: unknown): (Span & { readonly text: string }) | null {
  if (!isRecord(node) || typeof node['name'] !== 'string' || !isRecord(node['span'])) return null
  const { start, end } = node['span']
  if (typeof start !== 'number' || typeof end !== 'number' || end <= start) return null
  return { text: node['name'], start, end }
}

function isRecord(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

/** The parser counts characters, spans count UTF-16 units. */
function offsetsOf(sql: string): (characters: number) => number {
  if (!/[\ud800-\udbff]/.test(sql)) return (characters) => characters
  const offsets: number[] = []
  let at = 0
  for (const character of sql) {
    offsets.push(at)
    at += character.length
  }
  return (characters) => offsets[characters] ?? sql.length
}

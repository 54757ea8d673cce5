import type { Span } from '../effect.ts'
import { type Namespace, tableName } from './namespace.ts'
import { readSql, type Statement } from './read.ts'
import type { Chain, Scope, TableUse } from './scan.ts'

/** A table that a SQL text names. */
export interface SqlTable {
  /** `catalog.schema.table`, lower case. */
  readonly name: string
  /** Its parts as written, without back-quotes. */
  readonly parts: readonly string[]
  readonly span: Span
  readonly write: boolean
  /** For a table named without schema: the temp view (lower case) that hides it where there is one of that name. */
  readonly view?: string
}

/** The tables that a text names, in text order. Temp views that it defines itself are none. Needs `loadSql` once before. */
export function sqlTables(
  sql: string,
  namespace: Namespace,
  values: Readonly<Record<string, string>> = {},
): SqlTable[] {
  const tables: SqlTable[] = []
  let now: { catalog: string | null; schema: string | null } = { ...namespace }
  for (const { uses, statement } of placeable(readSql(sql, values).statements)) {
    for (const { parts, span, mode } of uses) {
      const name = tableName(parts, { catalog: now.catalog ?? '*', schema: now.schema ?? '*' })
      const view = parts.length === 1 ? { view: parts[0]!.toLowerCase() } : {}
      tables.push({ name, parts, span, write: mode !== 'read', ...view })
    }
    const { catalog, schema } = statement.outcome
    now = { catalog: catalog === undefined ? now.catalog : catalog, schema: schema === undefined ? now.schema : schema }
  }
  return tables.sort((a, b) => a.span.start - b.span.start)
}

export interface Rewritten {
  readonly sql: string
  /** The offset in the text as the user wrote it, for one in the rewritten text. */
  readonly offset: (mapped: number) => number
  /** Where a table is named that is known only when the text runs; it stands there as it was. */
  readonly unresolved: readonly Span[]
}

/**
 * Puts other names for the tables of a text. `place` has the parts of a name as written, and answers the name to write, quoted as it
 * needs to be, or null to leave it alone. A table in a FROM gets its own name as alias, and a column that is qualified by the long
 * name gets the short one, so that columns resolve as before; all else stays byte for byte. Needs `loadSql` once before.
 */
export function rewriteSql(
  sql: string,
  place: (parts: string[], write: boolean) => string | null,
  values: Readonly<Record<string, string>> = {},
): Rewritten {
  const edits: Edit[] = []
  const unresolved: Span[] = []
  for (const { uses, statement } of placeable(readSql(sql, values).statements)) {
    const placed = new Set<TableUse>()
    for (const use of uses) {
      const name = place([...use.parts], use.mode !== 'read')
      if (name === null) continue
      placed.add(use)
      edits.push({ ...use.span, text: use.form === 'string' ? quoteString(name) : name })
      if (use.aliasAt === null) continue
      edits.push({ start: use.aliasAt, end: use.aliasAt, text: ` AS ${aliasOf(use, statement)}` })
    }
    for (const chain of statement.scan.chains) {
      const edit = requalify(chain, placed, statement)
      if (edit !== null) edits.push(edit)
    }
    unresolved.push(...statement.scan.uses.filter(({ parts }) => parts === null).map(({ span }) => span))
    unresolved.push(...statement.scan.doubts)
  }
  return { ...apply(sql, edits), unresolved }
}

interface Edit extends Span {
  readonly text: string
}

interface Placeable {
  readonly uses: readonly (TableUse & { readonly parts: readonly string[] })[]
  readonly statement: Statement
}

/** The tables of each statement that have a name, without the temp views that statements before it define. */
function placeable(statements: readonly Statement[]): Placeable[] {
  const views = new Set<string>()
  return statements.map((statement) => {
    const uses = statement.scan.uses.filter((use): use is TableUse & { readonly parts: readonly string[] } => {
      if (use.parts === null) return false
      const name = use.parts.join('.').toLowerCase()
      return !name.startsWith('global_temp.') && (use.creates || !views.has(name))
    })
    if (statement.outcome.view !== undefined) views.add(statement.outcome.view.resource.slice('view:'.length))
    return { uses, statement }
  })
}

function quoteString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function quoteName(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``
}

/** The table's own name; a number with it where the same SELECT has another table that ends in that name. */
function aliasOf(use: TableUse, { scan }: Statement): string {
  const last = use.parts!.at(-1)!
  const rivals = new Set<string>()
  for (const other of scan.scopes.find(({ relations }) => relations.includes(use))?.relations ?? []) {
    if (other === use) break
    const same = other.aliasAt !== null && other.parts?.at(-1)?.toLowerCase() === last.toLowerCase()
    if (same && !sameName(other, use)) rivals.add(other.parts.join('.').toLowerCase())
  }
  return quoteName(rivals.size === 0 ? last : `${last}__${rivals.size + 1}`)
}

function sameName(a: TableUse, b: TableUse): boolean {
  return a.parts?.join('.').toLowerCase() === b.parts?.join('.').toLowerCase()
}

/** A column behind the long name of a table that now has an alias: `main.sales.orders.amount` becomes `orders.amount`. */
function requalify(chain: Chain, placed: ReadonlySet<TableUse>, statement: Statement): Edit | null {
  const names = chain.names.map(({ value }) => value.toLowerCase())
  for (let scope: Scope | null = chain.scope; scope !== null; scope = scope.outer) {
    for (const count of [3, 2]) {
      if (names.length <= count) continue
      const wanted = names.slice(0, count).join('.')
      const match = scope.relations.find(({ parts, aliasAt }) => {
        return (
          aliasAt !== null &&
          parts !== null &&
          parts.length >= count &&
          parts.slice(-count).join('.').toLowerCase() === wanted
        )
      })
      if (match === undefined) continue
      if (!placed.has(match)) return null
      return { start: chain.names[0]!.start, end: chain.names[count - 1]!.end, text: aliasOf(match, statement) }
    }
  }
  return null
}

/** Makes the edits, and the way back from offsets behind them. */
function apply(sql: string, edits: readonly Edit[]): Pick<Rewritten, 'sql' | 'offset'> {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
  const pieces: string[] = []
  // Where each stretch of the result starts, and where that is in the source; text that was put in leads to one place.
  const stretches: { mapped: number; source: number; fixed: boolean }[] = []
  let mapped = 0
  let from = 0
  const push = (text: string, source: number, fixed: boolean): void => {
    stretches.push({ mapped, source, fixed })
    pieces.push(text)
    mapped += text.length
  }
  for (const { start, end, text } of sorted) {
    push(sql.slice(from, start), from, false)
    push(text, start, true)
    from = end
  }
  push(sql.slice(from), from, false)
  return {
    sql: pieces.join(''),
    offset: (at) => {
      const stretch = stretches.findLast((each) => each.mapped <= at) ?? stretches[0]!
      const source = stretch.fixed ? stretch.source : stretch.source + at - stretch.mapped
      return Math.min(Math.max(source, 0), sql.length)
    },
  }
}

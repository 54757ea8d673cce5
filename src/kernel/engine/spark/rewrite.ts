import { loadSql, rewriteSql, sqlTables, tableName, type Namespace } from '../../analysis/sql/index.ts'
import type { TableName, TablePlace, WorkerHost } from '../protocol.ts'

/** What the worker's question `rewrite` tells besides the SQL and the namespace. */
export interface RewriteContext {
  /** Where tables are for the run that goes on; `write`: they are versions of its own. */
  readonly known?: Readonly<Record<TableName, { readonly physical: string; readonly write: boolean }>>
  /** Names of one part that are no tables: temp views, frames given to `spark.sql`. */
  readonly local?: readonly string[]
}

/** The answer to the worker's question `rewrite`. */
export interface RewrittenSql {
  /** The SQL with the engine's names. */
  readonly sql: string
  /** The tables that it names; `place` is null where the worker knew it. */
  readonly tables: readonly { readonly name: TableName; readonly write: boolean; readonly place: TablePlace | null }[]
  /** Pairs [offset in the rewritten SQL, offset in the user's]; between two of them both advance alike. */
  readonly offsets: readonly (readonly [number, number])[]
}

/**
 * Rewrites the tables that a SQL statement names to where they are for the run that goes on. The loop of a worker's frames answers
 * the question `rewrite {sql, namespace, known, local}` with it: `rewriteForEngine(sql, host.place, namespace, {known, local})`.
 */
export async function rewriteForEngine(
  sql: string,
  place: WorkerHost['place'],
  namespace: Namespace,
  { known = {}, local = [] }: RewriteContext = {},
): Promise<RewrittenSql> {
  await loadSql()
  const hidden = new Set(local)
  const uses = sqlTables(sql, namespace).filter(({ parts }) => !isHidden(parts, hidden))
  const written = new Set(uses.filter((use) => use.write).map((use) => use.name))
  const places = new Map<TableName, { physical: string; place: TablePlace | null }>()
  for (const name of new Set(uses.map((use) => use.name))) {
    const there = known[name]
    if (there !== undefined && (there.write || !written.has(name))) {
      places.set(name, { physical: there.physical, place: null })
    } else {
      const told = await place(name, written.has(name))
      places.set(name, { physical: told.physical, place: told })
    }
  }
  const rewritten = rewriteSql(sql, (parts) => {
    const found = isHidden(parts, hidden) ? undefined : places.get(tableName(parts, namespace))
    return found === undefined ? null : quoted(found.physical)
  })
  const tables = [...places].map(([name, { place }]) => ({ name, write: written.has(name), place }))
  return {
    sql: rewritten.sql,
    tables,
    offsets: breakpoints(rewritten.sql.length, (mapped) => rewritten.offset(mapped)),
  }
}

function isHidden(parts: readonly string[], hidden: ReadonlySet<string>): boolean {
  return parts.length === 1 && hidden.has(parts[0]!.replaceAll('`', '').toLowerCase())
}

function quoted(physical: string): string {
  const dot = physical.indexOf('.')
  return [physical.slice(0, dot), physical.slice(dot + 1)].map((part) => `\`${part.replaceAll('`', '``')}\``).join('.')
}

function breakpoints(length: number, offset: (mapped: number) => number): [number, number][] {
  const pairs: [number, number][] = []
  let expected = Number.NaN
  for (let mapped = 0; mapped <= length; mapped++) {
    const original = offset(mapped)
    if (original !== expected) pairs.push([mapped, original])
    expected = original + 1
  }
  return pairs
}

import { resourceKind, resourceName, type Resource } from '../analysis/index.ts'
import type { Checkout, RunId, TableName } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import { runnable } from './flow.ts'
import type { RunRecord } from './record.ts'
import type { TableVersion } from './tables.ts'
import type { KnownCell, Understanding } from './understanding.ts'

/** The world at a cell's place, held still: what comes after, an edit or another run, does not change it. */
export interface Scene {
  readonly cell: KnownCell
  readonly checkout: Checkout
  /** The tables that cells above changed, as the nearest of them left them. */
  readonly tables: ReadonlyMap<TableName, TableVersion>
  readonly parameters: Readonly<Record<string, string>>
}

/** What a scene is taken from. */
export interface SceneSource {
  understanding(): Understanding
  /** The run that fits a cell now. */
  record(cell: CellId): RunRecord | undefined
  /** Every parameter's value in this session. */
  parameters(): Readonly<Record<string, string>>
}

/** Takes the scene of a cell. `live`: the run of the present process that holds a version. */
export function sceneOf(cell: KnownCell, source: SceneSource, live: (version: RunId) => RunId | undefined): Scene {
  const names = new Map<string, RunId>()
  const views = new Map<string, RunId>()
  const tables = new Map<TableName, TableVersion>()
  for (const above of source.understanding().cells) {
    if (above.id === cell.id) break
    if (!runnable(above) || above.mode === 'off') continue
    const record = source.record(above.id)
    if (record?.state === 'failed') continue
    for (const [table, version] of record?.tables ?? []) tables.set(table, version)
    const run = record === undefined ? undefined : live(record.run)
    if (record === undefined || run === undefined) {
      // What a stale cell above may write is not known.
      forgetWrites(record === undefined ? above.graph.writes : namesOf(record), names, views)
      continue
    }
    for (const name of record.deletes) names.delete(name)
    for (const name of record.writes.keys()) names.set(name, run)
    for (const view of record.views) {
      if (view.dropped) views.delete(view.name)
      else views.set(view.name, run)
    }
  }
  const reads = new Set(cell.graph.reads.map(({ resource }) => resource))
  const needs = [...names.keys()].filter((name) => reads.has('name:*') || reads.has(`name:${name}`))
  const checkout = { names: Object.fromEntries(names), needs, views: Object.fromEntries(views) }
  return { cell, checkout, tables, parameters: source.parameters() }
}

function namesOf({ writes }: RunRecord): Resource[] {
  return [...writes.keys()].map((name): Resource => `name:${name}`)
}

function forgetWrites(writes: readonly Resource[], names: Map<string, RunId>, views: Map<string, RunId>): void {
  for (const resource of writes) {
    const name = resourceName(resource)
    const kind = resourceKind(resource)
    const known = kind === 'name' ? names : kind === 'view' ? views : null
    if (name === '*') known?.clear()
    else known?.delete(name)
  }
}

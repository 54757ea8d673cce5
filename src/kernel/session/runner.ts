import { resourceKind, resourceName, type Resource } from '../analysis/index.ts'
import type { Checkout, RunEvents, RunId, RunOutcome, RunRequest, TableName, TablePlace } from '../engine/index.ts'
import type { CellId, ReasonKind } from '../graph/index.ts'
import { Problem } from '../problem/index.ts'
import type { Heap } from './heap.ts'
import type { RunRecord } from './record.ts'
import { runnable } from './states.ts'
import { RunTables, type TableStore, type TableVersion } from './tables.ts'
import type { KnownCell, Understanding } from './understanding.ts'

/** What a runner asks of its session. */
export interface RunnerWorld {
  understanding(): Understanding
  /** The run that fits the cell now. */
  record(cell: CellId): RunRecord | undefined
  /** Forgets a run whose values cannot be had again: its cell is stale. */
  forget(cell: KnownCell, record: RunRecord): Promise<void>
  /** Every parameter's value in this session. */
  parameters(): Readonly<Record<string, string>>
  readonly tables: TableStore
  readonly draft: string
  /** What the worker is to be asked for (the source of `%run` cells is that of the notebook that they name). */
  code(cell: KnownCell): Pick<RunRequest, 'kind' | 'source'>
  /** Tells which cell runs, replays included; null: none. */
  busy(cell: CellId | null): void
}

/** A finished run: what the worker says, and the table versions that it made. */
export interface FinishedRun {
  readonly outcome: RunOutcome
  readonly tables: ReadonlyMap<TableName, TableVersion>
}

/** Kinds of edges whose sources must have run in the same process. */
const IN_PROCESS: ReadonlySet<ReasonKind> = new Set(['value', 'view', 'session', 'notebook'])

/**
 * Runs one cell with the world as it is at the cell's place. The promise is kept by brute force: a run needs each value as it was
 * recorded; where one was changed in place since, a fresh process replays what the cell depends on, in document order.
 */
export class Runner {
  readonly #heap: Heap
  readonly #world: RunnerWorld
  #tables: RunTables | null = null
  /** File or folder → the run whose content it has now: files have no versions, the last writer wins. */
  readonly #files = new Map<Resource, RunId>()

  constructor(heap: Heap, world: RunnerWorld) {
    this.#heap = heap
    this.#world = world
  }

  /** Where a table is for the run that goes on: the worker's question. */
  async place(table: TableName, write: boolean): Promise<TablePlace> {
    if (this.#tables === null) return this.#world.tables.basePlace(table)
    return this.#tables.place(table, write)
  }

  /**
   * Runs the cell. null: it could not be run yet, because an ancestor's values are gone for good; that ancestor is stale now. Throws
   * DB-1202 if the process dies.
   */
  async run(cell: KnownCell, run: RunId, events: RunEvents): Promise<FinishedRun | null> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const ready = await this.#bring(cell)
      if (ready === 'gone') return null
      if (ready === 'ready') {
        const finished = await this.#execute(cell, run, events)
        if (finished.outcome.state !== 'spoiled') {
          if (finished.outcome.state === 'ok' || finished.outcome.state === 'exited') this.#heap.hold(run, run)
          return finished
        }
      }
      await this.#heap.reset()
    }
    throw new Problem('DB-1999', 'A value that this cell reads cannot be made again.', { cell: cell.key })
  }

  /** Makes what the cell reads live. `spoilt`: only a fresh process can do it. */
  async #bring(cell: KnownCell): Promise<'ready' | 'spoilt' | 'gone'> {
    for (const ancestor of this.#ancestors(cell)) {
      const record = this.#world.record(ancestor.id)
      if (record === undefined || this.#heap.live(record.run) !== undefined) continue
      if (!this.#sessionFits(ancestor)) return 'spoilt'
      if (!(await this.#filesFit(ancestor))) return 'gone'
      const replayed = await this.#replay(ancestor, record)
      if (replayed !== 'ready') return replayed
    }
    if (!(await this.#filesFit(cell))) return 'gone'
    return this.#sessionFits(cell) ? 'ready' : 'spoilt'
  }

  /** Runs a cell again for the values that its recorded run made. */
  async #replay(cell: KnownCell, record: RunRecord): Promise<'ready' | 'spoilt' | 'gone'> {
    const run = newRunId()
    const { outcome, tables } = await this.#execute(cell, run, {})
    // What it wrote into files is again what the recorded run wrote.
    for (const [resource, writer] of this.#files) if (writer === run) this.#files.set(resource, record.run)
    for (const { place } of tables.values()) if (place.location !== null) await this.#world.tables.drop(place.location)
    if (outcome.state === 'spoiled') return 'spoilt'
    const same =
      (outcome.state === 'ok' || outcome.state === 'exited') &&
      outcome.writes.length === record.writes.size &&
      outcome.writes.every(({ name, digest }) => comparable(record.writes.get(name)) === comparable(digest))
    if (same) {
      this.#heap.hold(record.run, run)
      return 'ready'
    }
    await this.#world.forget(cell, record)
    return 'gone'
  }

  async #execute(cell: KnownCell, run: RunId, events: RunEvents): Promise<FinishedRun> {
    const world = this.#world
    const tables = new RunTables(world.tables, world.draft, run, (table) => this.#tableAbove(cell, table))
    this.#tables = tables
    world.busy(cell.id)
    try {
      for (const effect of cell.graph.effects) {
        const table = resourceName(effect.resource)
        if (resourceKind(effect.resource) === 'table' && table !== '*')
          await tables.place(table, effect.mode !== 'read')
      }
      const request = {
        run,
        title: cell.cell.title ?? cell.key,
        ...world.code(cell),
        as: cell.analysis.pragma.as ?? null,
        checkout: this.#checkout(cell),
        parameters: world.parameters(),
        tables: tables.places,
      }
      const outcome = await this.#heap.run(request, events)
      const done = outcome.state === 'ok' || outcome.state === 'exited'
      if (outcome.state !== 'spoiled') {
        for (const resource of cell.graph.writes)
          if (resourceKind(resource) === 'session') this.#heap.changed(resource, run)
      }
      if (done) return { outcome, tables: await tables.finish(outcome.tables) }
      await tables.discard()
      return { outcome, tables: new Map() }
    } catch (error) {
      await tables.discard()
      throw error
    } finally {
      this.#tables = null
      world.busy(null)
    }
  }

  /** Cells above whose values, views or settings the cell needs, directly or not, in document order. */
  #ancestors(cell: KnownCell): KnownCell[] {
    const { byId, cells } = this.#world.understanding()
    const needed = new Set<CellId>()
    const visit = (of: KnownCell): void => {
      for (const edge of of.inputs) {
        if (needed.has(edge.from)) continue
        if (!edge.reasons.some((reason) => reason.order === 'read-after-write' && IN_PROCESS.has(reason.kind))) continue
        needed.add(edge.from)
        visit(byId.get(edge.from)!)
      }
    }
    visit(cell)
    return cells.filter(({ id }) => needed.has(id))
  }

  /** Whether the session state (random generators, settings…) has come exactly as far as it has at the cell's place. */
  #sessionFits(cell: KnownCell): boolean {
    return cell.graph.reads.every(({ resource, from }) => {
      if (resourceKind(resource) !== 'session') return true
      const record = from === null ? undefined : this.#world.record(from)
      const expected = record === undefined ? undefined : this.#heap.live(record.run)
      return this.#heap.lastChange(resource) === expected
    })
  }

  /** Whether each file that the cell reads has the content of its place. Where a cell below wrote over it, its writer must run again. */
  async #filesFit(cell: KnownCell): Promise<boolean> {
    for (const { resource, from } of cell.graph.reads) {
      if (resourceKind(resource) !== 'path' || from === null) continue
      const record = this.#world.record(from)
      if (record === undefined || !this.#files.has(resource) || this.#files.get(resource) === record.run) continue
      await this.#world.forget(this.#world.understanding().byId.get(from)!, record)
      return false
    }
    return true
  }

  /** The names and temp views that are known at the cell's place. What a stale cell above may write is not. */
  #checkout(cell: KnownCell): Checkout {
    const names = new Map<string, RunId>()
    const views = new Map<string, RunId>()
    for (const above of this.#world.understanding().cells) {
      if (above.id === cell.id) break
      if (!runnable(above) || above.mode === 'off') continue
      const record = this.#world.record(above.id)
      if (record?.state === 'failed') continue
      const live = record === undefined ? undefined : this.#heap.live(record.run)
      if (record === undefined || live === undefined) {
        forgetWrites(
          record === undefined ? above.graph.writes : [...record.writes.keys()].map((name): Resource => `name:${name}`),
          names,
          views,
        )
        continue
      }
      for (const name of record.deletes) names.delete(name)
      for (const name of record.writes.keys()) names.set(name, live)
      for (const view of record.views) {
        if (view.dropped) views.delete(view.name)
        else views.set(view.name, live)
      }
    }
    const reads = cell.graph.reads.map(({ resource }) => resource)
    const needs = reads.includes('name:*')
      ? [...names.keys()]
      : [...names.keys()].filter((name) => reads.includes(`name:${name}`))
    return { names: Object.fromEntries(names), needs, views: Object.fromEntries(views) }
  }

  /** The version of a table that the nearest run above made. */
  #tableAbove(cell: KnownCell, table: TableName): TableVersion | undefined {
    let found: TableVersion | undefined
    for (const above of this.#world.understanding().cells) {
      if (above.id === cell.id) break
      if (above.mode === 'off') continue
      const record = this.#world.record(above.id)
      if (record !== undefined && record.state !== 'failed') found = record.tables.get(table) ?? found
    }
    return found
  }
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

/** The part of a digest that is the same whenever the value is: what follows "~" differs from run to run. */
function comparable(digest: string | undefined): string | undefined {
  return digest?.split('~')[0]
}

let runs = 0

/** A run id: letters and digits only, because table versions carry it in their names. */
export function newRunId(): RunId {
  runs += 1
  const chance = Math.floor(Math.random() * 36 ** 4)
  return `r${Date.now().toString(36)}${chance.toString(36)}${runs.toString(36)}`
}

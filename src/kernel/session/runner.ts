import { isOneTable, resourceKind, resourceName, type Resource } from '../analysis/index.ts'
import type { RunEvents, RunId, RunOutcome, RunRequest, TableName, TablePlace } from '../engine/index.ts'
import type { CellId, ReasonKind } from '../graph/index.ts'
import { Problem } from '../problem/index.ts'
import { ambientChanges } from './ambient.ts'
import { notBegun, type Heap } from './heap.ts'
import type { RunRecord } from './record.ts'
import { newRunId } from './run-id.ts'
import { sceneOf, type Scene, type SceneSource } from './scene.ts'
import { RunTables, type TableStore, type TableVersion } from './tables.ts'
import type { KnownCell } from './understanding.ts'
import { WrittenFiles } from './written-files.ts'

/** What a runner asks of its session. */
export interface RunnerWorld extends SceneSource {
  readonly project: string
  readonly tables: TableStore
  readonly draft: string
  /** Resolves when nothing is changing. */
  quiet(): Promise<void>
  /** What a run of the cell would be recorded under now. */
  key(cell: CellId): string
  /** Forgets a run whose values cannot be had again: its cell is stale. */
  forget(cell: CellId, record: RunRecord): Promise<void>
  /** What the worker is to be asked for (the source of `%run` cells is that of the notebook that they name). */
  code(cell: KnownCell): Pick<RunRequest, 'kind' | 'source'> & { readonly given?: Readonly<Record<string, string>> }
  /** Tells which cell runs, replays included; null: none. */
  busy(cell: CellId | null): void
}

/** A finished run: what the worker says, and the table versions that it made. */
export interface FinishedRun {
  readonly outcome: RunOutcome
  readonly tables: ReadonlyMap<TableName, TableVersion>
}

/**
 * What has to be done next for a cell to run: run it; replay a cell above, whose values this process does not have; start a fresh
 * process; or nothing, because the cell is not what was asked for any more (`moved`), or because something that it reads is gone.
 */
type Step =
  | { readonly do: 'run'; readonly scene: Scene }
  | { readonly do: 'replay'; readonly scene: Scene; readonly record: RunRecord }
  | { readonly do: 'renew' }
  | { readonly do: 'leave' }

/** Kinds of edges whose sources must have run in the same process. */
const IN_PROCESS: ReadonlySet<ReasonKind> = new Set(['value', 'view', 'session', 'notebook'])

/** How often a cell is tried in a fresh process before it is given up. */
const PROCESSES = 3

/**
 * Runs one cell with the world as it is at the cell's place. The promise is kept by brute force: a run needs each value as it was
 * recorded; where one was changed in place since, a fresh process replays what the cell depends on, in document order.
 */
export class Runner {
  readonly #heap: Heap
  readonly #world: RunnerWorld
  readonly #files: WrittenFiles
  #tables: RunTables | null = null
  #outdated = false

  constructor(heap: Heap, world: RunnerWorld) {
    this.#heap = heap
    this.#world = world
    this.#files = new WrittenFiles(world.project)
  }

  /** Where a table is for the run that goes on: the worker's question. */
  async place(table: TableName, write: boolean): Promise<TablePlace> {
    if (this.#tables === null) return this.#world.tables.basePlace(table)
    return this.#tables.place(table, write)
  }

  /** Which tables are there for the run that goes on: the worker's question. */
  async tables(): Promise<readonly TableName[]> {
    return (await this.#tables?.list()) ?? this.#world.tables.list()
  }

  /** Has the next run start in a fresh process: this one has loaded what is not what it was. */
  renew(): void {
    this.#outdated = true
  }

  /**
   * Runs the cell as it stands under `key`. null: it could not be run yet: it is not the same any more, or an ancestor's values are gone
   * for good and that ancestor is stale now. Throws DB-1202 if the process dies.
   */
  async run(
    cell: CellId,
    key: string,
    run: RunId,
    events: RunEvents,
    signal: AbortSignal,
  ): Promise<FinishedRun | null> {
    for (let processes = 0; processes < PROCESSES;) {
      if (this.#outdated) await this.#heap.reset()
      this.#outdated = false
      const step = await this.#next(cell, key)
      if (signal.aborted) return { outcome: notBegun, tables: new Map() }
      if (step.do === 'leave') return null
      if (step.do !== 'renew') {
        const finished =
          step.do === 'run'
            ? await this.#execute(step.scene, run, run, events, signal)
            : await this.#replay(step.scene, step.record, signal)
        if (finished === null) return null
        const { state } = finished.outcome
        if (state === 'interrupted') return finished
        if (state !== 'spoiled') {
          if (step.do === 'replay') continue
          if (state !== 'failed') this.#heap.hold(run, run)
          return finished
        }
      }
      processes += 1
      await this.#heap.reset()
    }
    throw new Problem('DB-1999', 'A value that this cell reads cannot be made again.', { cell })
  }

  async #next(id: CellId, key: string): Promise<Step> {
    if (!(await this.#filesHold(id))) return { do: 'leave' }
    await this.#world.quiet()
    // From here on nothing may be waited for: the step is taken in the world that it was chosen in.
    const cell = this.#world.understanding().byId.get(id)
    if (cell === undefined || this.#world.key(id) !== key) return { do: 'leave' }
    const live = (version: RunId): RunId | undefined => this.#heap.live(version)
    for (const ancestor of this.#ancestors(cell)) {
      const record = this.#world.record(ancestor.id)
      if (record === undefined || live(record.run) !== undefined) continue
      if (!this.#sessionFits(ancestor)) return { do: 'renew' }
      return { do: 'replay', scene: sceneOf(ancestor, this.#world, live), record }
    }
    return this.#sessionFits(cell) ? { do: 'run', scene: sceneOf(cell, this.#world, live) } : { do: 'renew' }
  }

  /** Runs a cell again for the values that its recorded run made. null: it makes others, or reads a file that is not as it was. */
  async #replay(scene: Scene, record: RunRecord, signal: AbortSignal): Promise<FinishedRun | null> {
    const { id } = scene.cell
    if (!(await this.#filesHold(id))) return null
    const run = newRunId()
    const finished = await this.#execute(scene, run, record.run, {}, signal)
    const { outcome, tables } = finished
    for (const { place } of tables.values()) if (place.location !== null) await this.#world.tables.drop(place.location)
    if (outcome.state === 'spoiled' || outcome.state === 'interrupted') return finished
    const same =
      outcome.state !== 'failed' &&
      outcome.writes.length === record.writes.size &&
      outcome.writes.every(({ name, digest }) => comparable(record.writes.get(name)) === comparable(digest))
    if (same) {
      this.#heap.hold(record.run, run)
      return finished
    }
    await this.#world.forget(id, record)
    return null
  }

  /** `version`: what the files that it writes hold afterwards; for a replay that of the recorded run. */
  async #execute(
    scene: Scene,
    run: RunId,
    version: RunId,
    events: RunEvents,
    signal: AbortSignal,
  ): Promise<FinishedRun> {
    const world = this.#world
    const { cell, checkout, parameters } = scene
    const tables = new RunTables(world.tables, world.draft, run, scene.tables)
    this.#tables = tables
    world.busy(cell.id)
    try {
      const { given, ...code } = world.code(cell)
      for (const { resource, mode } of cell.graph.effects) {
        if (isOneTable(resource)) await tables.place(resourceName(resource), mode !== 'read')
      }
      const request = {
        run,
        title: cell.cell.title ?? cell.key,
        ...code,
        as: cell.analysis.pragma.as ?? null,
        checkout,
        parameters: { ...parameters, ...given },
        tables: tables.places,
      }
      const outcome = await this.#heap.run(request, events, signal)
      if (outcome.state !== 'spoiled') {
        const session = cell.graph.writes.filter((resource) => resourceKind(resource) === 'session')
        for (const resource of [...session, ...ambientChanges(outcome)]) this.#heap.changed(resource, run)
        await this.#files.note(pathsWritten(cell), version)
      }
      if (outcome.state === 'ok' || outcome.state === 'exited')
        return { outcome, tables: await tables.finish(outcome.tables) }
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
    return [...cell.graph.reads, ...cell.ambient].every(({ resource, from }) => {
      if (resourceKind(resource) !== 'session') return true
      const record = from === null ? undefined : this.#world.record(from)
      const expected = record === undefined ? undefined : this.#heap.live(record.run)
      return this.#heap.lastChange(resource) === expected
    })
  }

  /**
   * Whether each file that the cell reads holds what the cells above wrote there. Where another run, a failed one, or somebody outside
   * wrote over it, those cells must run again.
   */
  async #filesHold(id: CellId): Promise<boolean> {
    const cell = this.#world.understanding().byId.get(id)
    for (const { resource } of cell?.graph.reads ?? []) {
      if (resourceKind(resource) !== 'path') continue
      const writers = cell!.inputs
        .filter(({ reasons }) => reasons.some(({ kind, order }) => kind === 'path' && order === 'read-after-write'))
        .map(({ from }) => [from, this.#world.record(from)] as const)
      if (writers.length === 0) continue
      const versions = new Set(writers.flatMap(([, record]) => record?.run ?? []))
      if (await this.#files.holds(resource, versions)) continue
      for (const [from, record] of writers) if (record !== undefined) await this.#world.forget(from, record)
      return false
    }
    return true
  }
}

function pathsWritten({ graph }: KnownCell): Resource[] {
  const written = graph.effects.filter(({ mode, resource }) => mode !== 'read' && resourceKind(resource) === 'path')
  return [...new Set(written.map(({ resource }) => resource))]
}

/** The part of a digest that is the same whenever the value is: what follows "~" differs from run to run. */
function comparable(digest: string | undefined): string | undefined {
  return digest?.split('~')[0]
}

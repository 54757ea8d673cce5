import { loadSqlFor, resourceKind, resourceName, type AnalysisContext, type Resource } from '../analysis/index.ts'
import type { CellView, DocumentPatch, DocumentView, Edit, RunErrorView, RunPatch, RunView } from '../contract/index.ts'
import type { RunOutcome, RunRequest, TableName, TablePlace, Worker, WorkerHost } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import type { OpenDocument } from './document.ts'
import { Executor } from './executor.ts'
import { Heap } from './heap.ts'
import { includedSource } from './include.ts'
import { OutputLog } from './output-log.ts'
import type { RunRecord } from './record.ts'
import { lessonsOf } from './lessons.ts'
import { newRunId, Runner, type FinishedRun } from './runner.ts'
import { Stamps } from './stamps.ts'
import { runnable, States, type CellStanding, type Verdict } from './states.ts'
import type { TableStore, TableVersion } from './tables.ts'
import { Learned, outsideReads, understand, type KnownCell, type Understanding } from './understanding.ts'
import { Versions } from './versions.ts'
import { Teller } from './teller.ts'
import { cellView, diagnosticViews, documentChanges, edgeViews, errorView, parameterViews } from './view.ts'

/** What a session needs of its project. */
export interface SessionHost {
  /** The project's root folder, absolute: relative paths in cells mean this folder. */
  readonly project: string
  readonly context: AnalysisContext
  readonly tables: TableStore
  /** The name under which this session's table versions are kept. */
  readonly draft: string
  startWorker(host: WorkerHost): Promise<Worker>
  /** The engine's address; starts it if need be. */
  engine(): Promise<string>
}

export interface SessionEvents {
  document(patch: DocumentPatch): void
  run(patch: RunPatch): void
  /** Table versions of this session changed. */
  drafts(): void
}

/** The newest version of a table that the session changed, and which cell made it. */
export interface DraftTable extends TableVersion {
  readonly table: TableName
  /** The key of the cell. */
  readonly cell: string
}

/** How a cell of a finished run stands. */
export interface CellResult {
  readonly key: string
  readonly state: RunView['state']
  readonly ms: number
  readonly stdout: string
  readonly text: string
  readonly error: RunErrorView | null
}

/**
 * An open notebook that runs. Every cell that it tells to be fresh has the value of a fresh run from the top: `Versions` say which
 * recorded run fits a cell's place, `Executor` what runs next, `Runner` runs it with the world as it is at that place.
 */
export class Session {
  readonly id: string
  readonly document: OpenDocument
  readonly #host: SessionHost
  readonly #events: SessionEvents
  readonly #learned = new Learned()
  readonly #parameters = new Map<string, string>()
  readonly #verdicts = new Map<CellId, Verdict>()
  readonly #stamps: Stamps
  readonly #versions: Versions
  readonly #heap: Heap
  readonly #runner: Runner
  readonly #executor: Executor
  #understanding: Understanding
  /** Grows whenever something changes that a running cell may have read in its old form. */
  #epoch = 0
  #busy: CellId | null = null
  readonly #states: States
  readonly #teller: Teller
  /** Table versions that were saved to the project. */
  readonly #saved = new WeakSet<TablePlace>()

  private constructor(id: string, document: OpenDocument, host: SessionHost, events: SessionEvents) {
    this.id = id
    this.document = document
    this.#host = host
    this.#events = events
    this.#understanding = this.#understand()
    this.#stamps = new Stamps({ project: host.project, tableStamp: (table) => host.tables.stamp(table) })
    this.#versions = new Versions(this.#stamps, (name) => this.#parameterValues()[name] ?? '')
    this.#states = new States({
      key: (cell) => this.#versions.key(cell),
      record: (cell) => this.#versions.record(cell),
      verdict: (cell) => this.#verdicts.get(cell),
    })
    this.#heap = new Heap(() =>
      host.startWorker({ place: (table, write) => this.#runner.place(table, write), engine: () => host.engine() }),
    )
    this.#teller = new Teller({
      cells: () => this.#understanding.cells.map((cell) => cell.id),
      standing: (cell) => this.#standing(cell),
      record: (cell) => this.#versions.record(cell),
      send: (cells) => events.run({ doc: id, cells }),
    })
    this.#runner = new Runner(this.#heap, this.#runnerWorld())
    this.#executor = new Executor({
      understanding: () => this.#understanding,
      state: (cell) => this.#states.of(cell).state,
      run: (cell) => this.#run(cell),
      decide: (cell, state, because) => this.#decide(cell, { key: this.#versions.key(cell), state, because }),
      interrupt: () => this.#heap.interrupt(),
      changed: () => this.#teller.tellSoon(),
    })
  }

  static async open(id: string, document: OpenDocument, host: SessionHost, events: SessionEvents): Promise<Session> {
    await loadSqlFor(document.notebook)
    const session = new Session(id, document, host, events)
    await session.#stamps.refresh(session.#externals())
    await session.#versions.adopt(session.#understanding)
    session.#states.adopt(session.#understanding)
    session.#teller.allTold()
    return session
  }

  /** The notebook with everything that a page shows of it. */
  view(): DocumentView {
    const { cells } = this.#understanding
    return {
      doc: this.id,
      path: this.document.path,
      name: this.document.path.split(/[\\/]/).at(-1)!,
      language: this.document.notebook.language,
      rev: this.document.rev,
      dirty: this.document.dirty,
      cells: cells.map((cell): CellView => ({
        ...cellView(cell),
        run: this.#teller.runView(cell.id),
        outputs: this.#teller.outputs(cell.id),
      })),
      edges: edgeViews(this.#understanding),
      diagnostics: diagnosticViews(this.#understanding),
      parameters: parameterViews(this.#understanding, this.#parameters),
    }
  }

  get understanding(): Understanding {
    return this.#understanding
  }

  /** The notebook understood from its text alone, whatever runs taught: what plan and export are made from. */
  committed(files: AnalysisContext['files']): Understanding {
    const context = { ...this.#host.context, files }
    return understand(this.document.notebook, this.document.cells, context, new Learned())
  }

  /** Applies edits, all or none. Nothing runs. Throws the Problems of `OpenDocument.edit`. */
  async edit(rev: number, edits: readonly Edit[]): Promise<number> {
    this.document.edit(rev, edits)
    const now = this.document.rev
    this.#epoch += 1
    await this.#reconsider()
    return now
  }

  /** Throws the Problems of `OpenDocument.save`. */
  async save(overwrite: boolean): Promise<void> {
    await this.document.save(overwrite)
    this.#events.document(this.#document())
  }

  /** Throws the edits away and reads the file anew. Cells get new identities and are stale. */
  async reload(): Promise<void> {
    await this.document.reload()
    this.#epoch += 1
    await this.#reconsider()
  }

  /** Whether any cell speaks to Spark. */
  get needsEngine(): boolean {
    return this.#understanding.cells.some(
      ({ cell, graph }) =>
        cell.kind === 'sql' ||
        graph.effects.some(
          ({ resource }) => resource === 'name:spark' || ['table', 'view'].includes(resourceKind(resource)),
        ),
    )
  }

  /** Queues cells, fresh or not, with what they need before and what follows them. */
  async runCells(ids: readonly CellId[]): Promise<void> {
    for (const id of ids) {
      if (!this.#understanding.byId.has(id))
        throw new Problem('DB-1301', `There is no cell ${id}.`, { path: this.document.path })
    }
    await this.refresh()
    this.#executor.request(ids, true)
  }

  /** Queues everything that is not fresh, manual cells too. */
  async runAll(): Promise<void> {
    await this.refresh()
    this.#executor.request(
      this.#understanding.cells.filter((cell) => runnable(cell)).map(({ id }) => id),
      false,
    )
  }

  interrupt(): void {
    this.#executor.interrupt()
  }

  /** Resolves when nothing is queued or running, and all is told. */
  async idle(): Promise<void> {
    await this.#executor.idle()
    this.#teller.tell()
  }

  /** Ends the Python process and forgets all runs: every cell is stale. */
  async restart(): Promise<void> {
    this.#executor.interrupt()
    await this.#heap.reset()
    await this.#executor.idle()
    this.#epoch += 1
    this.#verdicts.clear()
    await this.#versions.clear()
    this.#review()
    this.#events.drafts()
  }

  /** Sets a parameter for this session. Throws DB-1303 if the notebook declares none of that name. */
  async setParameter(name: string, value: string): Promise<void> {
    if (!this.#understanding.graph.parameters.some((parameter) => parameter.name === name)) {
      const known = this.#understanding.graph.parameters.map((parameter) => parameter.name).join(', ')
      throw new Problem('DB-1303', `The notebook has no parameter ${name}; it has ${known === '' ? 'none' : known}.`, {
        path: this.document.path,
      })
    }
    this.#parameters.set(name, value)
    this.#epoch += 1
    await this.#versions.touch(
      this.#understanding.cells.filter((cell) => touchesParameter(cell, name)).map(({ id }) => id),
    )
    this.#events.document({ ...this.#document(), parameters: parameterViews(this.#understanding, this.#parameters) })
    this.#review()
  }

  /** Looks at base tables, files and modules again; what reads a changed one is stale. */
  async refresh(): Promise<void> {
    const changed = await this.#stamps.refresh(this.#externals())
    if (changed.size === 0) return
    this.#epoch += 1
    const readers = this.#understanding.cells.filter((cell) =>
      cell.graph.reads.some(({ resource }) => changed.has(resource)),
    )
    await this.#versions.touch(readers.map(({ id }) => id))
    this.#review()
  }

  /** The tables that fresh cells changed and that are not in the project, newest version each. */
  drafts(): DraftTable[] {
    const newest = new Map<TableName, DraftTable>()
    for (const { id, key } of this.#understanding.cells) {
      for (const [table, version] of this.#versions.record(id)?.tables ?? []) {
        newest.set(table, { ...version, table, cell: key })
      }
    }
    return [...newest.values()]
      .filter(({ place }) => !this.#saved.has(place))
      .sort((a, b) => (a.table < b.table ? -1 : 1))
  }

  /** Notes that drafts are in the project now. */
  draftsSaved(drafts: readonly DraftTable[]): void {
    for (const { place } of drafts) this.#saved.add(place)
  }

  /** Forgets the runs that changed tables: their cells are stale and the project's tables are as they were. */
  async forgetTables(): Promise<void> {
    for (const { id } of this.#understanding.cells) {
      const record = this.#versions.record(id)
      if (record !== undefined && record.tables.size > 0) await this.#versions.forget(id, record)
    }
    this.#epoch += 1
    this.#review()
  }

  /** Every cell as it stands, in document order. */
  results(): CellResult[] {
    return this.#understanding.cells.map(({ id, key }) => {
      const record = this.#versions.record(id)
      const printed = (record?.outputs ?? [])
        .filter((item) => item.type === 'stream')
        .filter((item) => item.stream === 'stdout')
      return {
        key,
        state: this.#standing(id).state,
        ms: record?.ms ?? 0,
        stdout: printed.map((item) => item.text).join(''),
        text: record?.text ?? '',
        error: record?.error ?? null,
      }
    })
  }

  /** Ends the Python process; the session is of no further use. */
  async close(): Promise<void> {
    this.#executor.interrupt()
    await this.#heap.reset()
    await this.#executor.idle().catch(() => undefined)
    this.#versions.dispose()
  }

  /** Runs one cell and records what became of it. False: an ancestor must run first. */
  async #run(cell: KnownCell): Promise<boolean> {
    const epoch = this.#epoch
    const key = this.#versions.key(cell.id)
    const run = newRunId()
    const log = new OutputLog()
    const started = performance.now()
    this.#review()
    const record = (
      state: RunRecord['state'],
      error: RunErrorView | null,
      finished: FinishedRun | null,
    ): RunRecord => ({
      run,
      key,
      state,
      writes: new Map(finished?.outcome.writes.map(({ name, digest }) => [name, digest])),
      deletes: finished?.outcome.deletes ?? [],
      views: finished?.outcome.views ?? [],
      tables: finished?.tables ?? new Map<TableName, TableVersion>(),
      text: finished?.outcome.text ?? '',
      outputs: log.items,
      error,
      ms: performance.now() - started,
      finished: new Date().toISOString(),
    })
    let finished: FinishedRun | null
    try {
      finished = await this.#runner.run(cell, run, this.#teller.listen(cell.id, log))
    } catch (error) {
      const problem = asProblem(error)
      await this.#keep(
        cell,
        record('failed', { name: 'Problem', message: problem.message, line: null, traceback: [] }, null),
      )
      return true
    }
    if (finished === null) return false
    const { outcome } = finished
    if (outcome.state === 'interrupted') {
      this.#decide(cell.id, { key, state: 'cancelled', because: [] })
      this.#teller.show(cell.id, record('failed', null, null))
      return true
    }
    const learned = this.#learn(cell, outcome)
    if (learned) {
      const done = this.#understanding.cells.filter(({ id }) => this.#states.of(id).state !== 'stale')
      await this.#reconsider()
      this.#executor.repeat(done.map(({ id }) => id))
      const now = this.#understanding.byId.get(cell.id)
      // The run took place without knowing of what it read: where that is not fresh, its producer has to run first.
      if (outcome.state === 'failed' && now !== undefined && this.#misses(now)) return false
    }
    const error = outcome.error === null ? null : errorView(outcome.error, (file) => this.#cellTitled(file))
    const result = record(
      outcome.state === 'failed' ? 'failed' : outcome.state === 'exited' ? 'exited' : 'ok',
      error,
      finished,
    )
    const newKey = learned && this.#epoch === epoch ? this.#versions.key(cell.id) : key
    await this.#keep(cell, { ...result, key: newKey })
    if (learned) this.#executor.repeat([cell.id])
    return true
  }

  async #keep(cell: KnownCell, record: RunRecord): Promise<void> {
    if (!this.#understanding.byId.has(cell.id)) return
    this.#teller.show(cell.id, record)
    const forgotten = await this.#versions.add(cell.id, record)
    for (const old of forgotten) {
      this.#heap.drop(old.run)
      for (const { place } of old.tables.values())
        if (place.location !== null) await this.#host.tables.drop(place.location)
    }
    this.#review()
    if (record.tables.size > 0 || forgotten.some((old) => old.tables.size > 0)) this.#events.drafts()
  }

  /** Notes what a run did that its text did not say. Returns whether any of it is news. */
  #learn(cell: KnownCell, outcome: RunOutcome): boolean {
    let news = this.#learned.add(cell.id, cell.analysis, lessonsOf(cell, outcome, this.#understanding))
    for (const { name, with: others } of outcome.shares ?? []) {
      for (const other of others) news = this.#learned.addSharing(cell.id, name, other) || news
    }
    return news
  }

  /** Whether something that the cell reads is not fresh. */
  #misses(cell: KnownCell): boolean {
    return cell.graph.reads.some(({ from }) => from !== null && this.#states.of(from).state !== 'fresh')
  }

  #cellTitled(title: string): CellId | null {
    return this.#understanding.cells.find((cell) => (cell.cell.title ?? cell.key) === title)?.id ?? null
  }

  #understand(): Understanding {
    return understand(this.document.notebook, this.document.cells, this.#host.context, this.#learned)
  }

  /** Analyses the notebook anew after an edit or a lesson, and tells what changed. */
  async #reconsider(): Promise<void> {
    await loadSqlFor(this.document.notebook)
    const before = this.#understanding
    this.#understanding = this.#understand()
    await this.#stamps.refresh(this.#externals())
    await this.#versions.adopt(this.#understanding)
    this.#versions.takeMoved()
    this.#states.adopt(this.#understanding)
    this.#events.document({ ...this.#document(), ...documentChanges(before, this.#understanding, this.#parameters) })
    this.#teller.tellSoon()
  }

  /** What every patch of the document says. */
  #document(): DocumentPatch {
    return { doc: this.id, rev: this.document.rev, dirty: this.document.dirty }
  }

  #externals(): Set<Resource> {
    const { cells, byId } = this.#understanding
    return new Set(cells.flatMap((cell) => outsideReads(cell, byId)))
  }

  #parameterValues(): Record<string, string> {
    return Object.fromEntries(
      this.#understanding.graph.parameters.map((parameter) => [
        parameter.name,
        this.#parameters.get(parameter.name) ?? parameter.default,
      ]),
    )
  }

  #decide(cell: CellId, verdict: Verdict): void {
    this.#verdicts.set(cell, verdict)
    this.#states.review([cell])
    this.#teller.tellSoon()
  }

  /** How a cell stands, as pages are told. */
  #standing(cell: CellId): CellStanding {
    if (this.#busy === cell) return { state: 'running', because: [] }
    if (this.#executor.queued.has(cell)) return { state: 'queued', because: [] }
    return this.#states.of(cell)
  }

  /** Follows what moved among the versions, and tells it. */
  #review(): void {
    this.#states.review(this.#versions.takeMoved())
    this.#teller.tellSoon()
  }

  #runnerWorld(): ConstructorParameters<typeof Runner>[1] {
    return {
      understanding: () => this.#understanding,
      record: (cell) => this.#versions.record(cell),
      forget: async (cell, record) => {
        await this.#versions.forget(cell.id, record)
        this.#review()
      },
      parameters: () => this.#parameterValues(),
      tables: this.#host.tables,
      draft: this.#host.draft,
      code: (cell) => this.#code(cell),
      busy: (cell) => {
        this.#busy = cell
        // A short run could otherwise be over before anybody was told that it began.
        if (cell !== null) this.#teller.tell([cell])
        this.#teller.tellSoon()
      },
    }
  }

  #code(cell: KnownCell): Pick<RunRequest, 'kind' | 'source'> {
    const { kind, source } = cell.cell
    if (kind !== 'run') return { kind, source }
    return {
      kind: 'python',
      source: includedSource(source, this.#host.context),
    }
  }
}

function touchesParameter(cell: KnownCell, name: string): boolean {
  return (
    cell.analysis.parameters.some((parameter) => parameter.name === name) ||
    cell.graph.reads.some(
      ({ resource }) =>
        resource === 'param:*' || (resourceKind(resource) === 'param' && resourceName(resource) === name),
    )
  )
}

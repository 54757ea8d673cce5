import { randomUUID } from 'node:crypto'
import { resourceKind, type AnalysisContext, type Fix } from '../analysis/index.ts'
import type { CellView, DocumentPatch, DocumentView, Edit, RunPatch } from '../contract/index.ts'
import type { Worker, WorkerHost } from '../engine/index.ts'
import { fixesOf, type FixContext } from '../diagnostics/index.ts'
import type { CellId, Diagnostic } from '../graph/index.ts'
import { sourceText, writeNotebook } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'
import { CellRuns } from './cell-runs.ts'
import type { OpenDocument } from './document.ts'
import { Drafts } from './drafts.ts'
import { Executor } from './executor.ts'
import { readFileState, watchFile } from './file.ts'
import { runnable } from './flow.ts'
import { Heap } from './heap.ts'
import { includedCode } from './include.ts'
import { isCode, NotebookState } from './notebook-state.ts'
import type { RunRecord } from './record.ts'
import { resultOf, type CellResult } from './result.ts'
import { Runner, type RunnerWorld } from './runner.ts'
import type { CellStanding } from './states.ts'
import type { TableStore } from './tables.ts'
import { Teller } from './teller.ts'
import { diagnosed, Learned, understand, type Understanding } from './understanding.ts'
import { cellView, diagnosticViews, documentChanges, edgeViews, parameterViews } from './view.ts'

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

/**
 * An open notebook that runs. Every cell that it tells to be fresh has the value of a fresh run from the top: its `NotebookState` says
 * which recorded run fits a cell's place, `Executor` what runs next, `CellRuns` and `Runner` run it with the world as it is there.
 */
export class Session {
  readonly id: string
  readonly document: OpenDocument
  readonly drafts: Drafts
  readonly #host: SessionHost
  readonly #events: SessionEvents
  readonly #state: NotebookState
  readonly #heap: Heap
  readonly #runner: Runner
  readonly #executor: Executor
  readonly #teller: Teller
  #busy: CellId | null = null
  #following: () => void = () => undefined

  private constructor(
    id: string,
    document: OpenDocument,
    host: SessionHost,
    events: SessionEvents,
    state: NotebookState,
  ) {
    this.id = id
    this.document = document
    this.drafts = new Drafts(state)
    this.#host = host
    this.#events = events
    this.#state = state
    this.#heap = new Heap(() =>
      host.startWorker({
        place: (table, write) => this.#runner.place(table, write),
        tables: () => this.#runner.tables(),
        engine: () => host.engine(),
      }),
    )
    this.#runner = new Runner(this.#heap, this.#runnerWorld())
    this.#teller = new Teller({
      cells: () => state.understanding.cells.map((cell) => cell.id),
      standing: (cell) => this.#standing(cell),
      record: (cell) => state.record(cell),
      send: (cells) => events.run({ doc: id, cells }),
    })
    const runs = new CellRuns({
      state,
      runner: this.#runner,
      teller: this.#teller,
      recorded: (run, forgotten) => this.#recorded(run, forgotten),
      repeat: (cells) => this.#executor.repeat(cells),
    })
    this.#executor = new Executor({
      understanding: () => state.understanding,
      state: (cell) => state.standing(cell).state,
      quiet: () => state.quiet(),
      run: (cell, signal) => runs.run(cell, signal),
      decide: (cell, verdict, because) => state.decide(cell, { key: state.key(cell), state: verdict, because }),
      changed: () => this.#teller.tellSoon(),
    })
    state.listen({
      understood: (before) => {
        this.#teller.forgetOthers()
        this.#tellDocument(before)
      },
      moved: () => this.#teller.tellSoon(),
      outside: (changed) => {
        // Python never loads a module twice.
        if ([...changed].some(isCode)) this.#runner.renew()
      },
    })
    this.#teller.allTold()
  }

  static async open(id: string, document: OpenDocument, host: SessionHost, events: SessionEvents): Promise<Session> {
    const { project, context, tables } = host
    const outside = { project, tableStamp: (table: string) => tables.stamp(table) }
    return new Session(id, document, host, events, await NotebookState.of(document, context, outside))
  }

  /** The notebook with everything that a page shows of it. */
  view(): DocumentView {
    const { understanding } = this
    return {
      doc: this.id,
      path: this.document.path,
      name: this.document.path.split(/[\\/]/).at(-1)!,
      language: this.document.notebook.language,
      rev: this.#state.rev,
      dirty: this.document.dirty,
      ...(this.document.recovered === null ? {} : { recovered: this.document.recovered }),
      outside: this.document.outside,
      cells: understanding.cells.map((cell): CellView => ({
        ...cellView(cell),
        run: this.#teller.runView(cell.id),
        outputs: this.#teller.outputs(cell.id),
      })),
      edges: edgeViews(understanding),
      diagnostics: diagnosticViews(understanding),
      parameters: parameterViews(understanding, this.#state.given),
    }
  }

  get understanding(): Understanding {
    return this.#state.understanding
  }

  /** The notebook understood from its text alone, whatever runs taught: what plan and export are made from. */
  committed(files: AnalysisContext['files']): Understanding {
    const context = { ...this.#host.context, files }
    return understand(this.document.notebook, this.document.cells, context, new Learned())
  }

  /** Applies edits, all or none. Nothing runs. Throws the Problems of `OpenDocument.edit`. */
  edit(rev: number, edits: readonly Edit[]): Promise<number> {
    return this.#state.edit(rev, edits)
  }

  /** A remark by what a page was told of it, with the changes that would mend it. null: it is not there any more. */
  fixes(
    wanted: Pick<Diagnostic, 'code' | 'cell' | 'where' | 'message'>,
    context: Pick<FixContext, 'installed'>,
  ): readonly Fix[] | null {
    const { cells, graph, diagnostics } = this.understanding
    const isIt = ({ code, cell, where, message }: Diagnostic): boolean =>
      code === wanted.code &&
      cell === wanted.cell &&
      where.start === wanted.where.start &&
      where.end === wanted.where.end &&
      message === wanted.message
    const diagnostic = diagnostics.find(isIt)
    if (diagnostic === undefined) return null
    const newId = (): CellId => randomUUID()
    return fixesOf({ cells: cells.map(diagnosed), graph }, diagnostic, {
      ...context,
      project: this.#host.project,
      newId,
    })
  }

  /** Throws the Problems of `OpenDocument.save`. */
  async save(overwrite: boolean): Promise<void> {
    await this.document.save(overwrite)
    this.#events.document(this.#documentNow())
  }

  /** Throws the edits away and reads the file anew. Cells that are in both keep their identity and their runs. */
  reload(): Promise<void> {
    return this.#state.reload()
  }

  /** Follows changes of the file that somebody else makes, as long as the session is open. */
  follow(): void {
    this.#following = watchFile(this.document.path, () => void this.#state.lookOutside())
  }

  /** The notebook as it is here and as its file is now; null: there is no file that can be read. */
  async compare(): Promise<{ mine: string; file: string | null }> {
    const file = await readFileState(this.document.path).catch(() => null)
    const mine = writeNotebook(this.document.notebook)
    if (file === null) return { mine, file: null }
    const text = new TextDecoder().decode(file.bytes)
    // Of JSON people see the cells; where these are the same, what differs is in the rest.
    const [ours, theirs] = [mine, text].map((each) => sourceText(this.document.path, each))
    return ours === theirs || theirs === '' ? { mine, file: text } : { mine: ours!, file: theirs! }
  }

  /** Whether any cell speaks to Spark. */
  get needsEngine(): boolean {
    return this.understanding.cells.some(
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
      if (!this.understanding.byId.has(id))
        throw new Problem('DB-1301', `There is no cell ${id}.`, { path: this.document.path })
    }
    await this.refresh()
    this.#executor.request(ids, true)
  }

  /** Queues everything that is not fresh, manual cells too. */
  async runAll(): Promise<void> {
    await this.refresh()
    const cells = this.understanding.cells.filter((cell) => runnable(cell))
    this.#executor.request(
      cells.map(({ id }) => id),
      false,
    )
  }

  interrupt(): void {
    this.#executor.interrupt()
  }

  /** Resolves when nothing is queued or running, and all is told. */
  async idle(): Promise<void> {
    await this.#executor.idle()
    await this.#state.quiet()
    this.#teller.tell()
  }

  /** Ends the Python process and forgets all runs: every cell is stale. */
  async restart(): Promise<void> {
    await this.#stop()
    await this.#state.clear()
    this.#events.drafts()
  }

  /** Sets a parameter for this session. Throws DB-1303 if the notebook declares none of that name. */
  setParameter(name: string, value: string): Promise<void> {
    return this.#state.setParameter(name, value)
  }

  /** Looks at base tables, files and modules again; what reads a changed one is stale. */
  async refresh(): Promise<void> {
    await this.#state.refresh()
  }

  /** Every cell as it stands, in document order. */
  results(): CellResult[] {
    return this.understanding.cells.map(({ id, key }) =>
      resultOf(key, this.#standing(id).state, this.#state.record(id)),
    )
  }

  /** Ends the Python process; the session is of no further use. */
  async close(): Promise<void> {
    this.#following()
    await this.document.close()
    await this.#stop()
    this.#state.dispose()
  }

  async #stop(): Promise<void> {
    this.#executor.interrupt()
    await this.#heap.reset()
    await this.#executor.idle()
    await this.#state.quiet()
  }

  /** Lets go of what forgotten runs left behind. */
  async #recorded(record: RunRecord, forgotten: readonly RunRecord[]): Promise<void> {
    for (const { run, tables } of forgotten) {
      this.#heap.drop(run)
      for (const { place } of tables.values()) if (place.location !== null) await this.#host.tables.drop(place.location)
    }
    if ([record, ...forgotten].some(({ tables }) => tables.size > 0)) this.#events.drafts()
  }

  #tellDocument(before: Understanding): void {
    const changes = documentChanges(before, this.understanding, this.#state.given)
    this.#events.document({ ...this.#documentNow(), ...changes })
  }

  /** What every patch of the document says. */
  #documentNow(): DocumentPatch {
    const { dirty, outside } = this.document
    return { doc: this.id, rev: this.#state.rev, dirty, outside }
  }

  /** How a cell stands, as pages are told. */
  #standing(cell: CellId): CellStanding {
    if (this.#busy === cell) return { state: 'running', because: [] }
    if (this.#executor.isQueued(cell)) return { state: 'queued', because: [] }
    return this.#state.standing(cell)
  }

  #runnerWorld(): RunnerWorld {
    const state = this.#state
    return {
      understanding: () => state.understanding,
      record: (cell) => state.record(cell),
      parameters: () => state.parameters(),
      quiet: () => state.quiet(),
      key: (cell) => state.key(cell),
      forget: (cell, record) => state.forget(cell, record),
      project: this.#host.project,
      tables: this.#host.tables,
      draft: this.#host.draft,
      code: ({ cell: { kind, source } }) =>
        kind === 'run' ? includedCode(source, this.#host.context) : { kind, source },
      busy: (cell) => {
        this.#busy = cell
        // A short run could otherwise be over before anybody was told that it began.
        if (cell !== null) this.#teller.tell([cell])
        this.#teller.tellSoon()
      },
    }
  }
}

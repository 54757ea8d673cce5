import type {
  AppView,
  CellView,
  DocumentView,
  Edit,
  Method,
  News,
  OutputItem,
  Params,
  Refusal,
  Result,
  RunView,
  Topic,
} from '../../kernel/contract/index.ts'
import { KernelRefused, type Link, type LinkStatus } from '../connection/link.ts'
import { downstream, editNotebook, notebookOf, upstream, type Cell, type Notebook } from '../state/notebook.ts'
import { demoPlan } from './demo-plan.ts'
import { guessGraph } from './guess.ts'
import type { Scene } from './scene.ts'

type Listener = (news: never) => void

/** A kernel in memory that knows one made-up notebook: it takes edits, and pretends to run. For work on the page and its tests. */
export class DemoKernel implements Link {
  /** What it was asked, for tests to look at. */
  readonly log: { method: string; params: unknown }[] = []
  /** How long a pretended run takes, as a share of the time its cell names. */
  speed = 0.3
  private readonly scene: Scene
  private readonly listeners = new Map<Topic, Set<Listener>>()
  private readonly watchers = new Set<(status: LinkStatus) => void>()
  private reachable: LinkStatus = 'open'
  private notebook: Notebook
  private saved: Notebook
  private readonly runs: Record<string, RunView> = {}
  private readonly outputs: Record<string, readonly OutputItem[]> = {}
  private written: ReadonlySet<string> = new Set()
  private app: AppView
  private queue: string[] = []
  private refusal: Refusal | null = null

  constructor(scene: Scene) {
    this.scene = scene
    this.notebook = notebookOf(this.firstView())
    this.notebook = this.analysed(this.notebook)
    this.saved = this.notebook
    this.app = {
      project: { name: 'air', path: '~/projects/air' },
      notebooks: [`${scene.name}.py`, 'weekly/report.py', 'load_raw.sql'],
      open: `${scene.name}.py`,
      python: { version: '3.11', path: '.venv/bin/python' },
      engine: { state: 'ready', message: 'Spark 4.0.5' },
      drafts: [
        { table: 'main.air.daily', change: 'changed', cell: 'c7' },
        { table: 'main.air.joined', change: 'new', cell: 'c6' },
      ],
    }
  }

  status(): LinkStatus {
    return this.reachable
  }

  onStatus(listener: (status: LinkStatus) => void): () => void {
    this.watchers.add(listener)
    return () => this.watchers.delete(listener)
  }

  on<T extends Topic>(topic: T, listener: (news: News<T>) => void): () => void {
    const set = this.listeners.get(topic) ?? new Set()
    this.listeners.set(topic, set.add(listener))
    return () => set.delete(listener)
  }

  async request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    this.log.push({ method, params })
    await Promise.resolve()
    return this.answer(method, params as never) as Result<M>
  }

  /** For tests: the next edit is refused with this. */
  refuseNext(refusal: Refusal): void {
    this.refusal = refusal
  }

  /** For tests: the notebook was edited by someone else. */
  editElsewhere(edits: Edit[]): void {
    this.take(edits)
  }

  /** For tests: the texts of the cells as the kernel has them. */
  sources(): string[] {
    return this.notebook.order.map((id) => this.notebook.cells[id]!.source)
  }

  /** For tests: a run says something. */
  speak(cell: string, outputs: OutputItem[], cleared: boolean): void {
    this.tell('run/changed', { doc: this.notebook.doc, cells: [{ id: cell, outputs, cleared }] })
  }

  private answer(method: Method, params: never): unknown {
    switch (method) {
      case 'app/open':
        return this.app
      case 'document/open':
      case 'document/create':
        this.goTo((params as Params<'document/open'>).path)
        return this.view()
      case 'document/reload':
        this.notebook = this.saved
        return this.view()
      case 'document/edit':
        return this.edit(params)
      case 'document/save':
        this.saved = { ...this.notebook, dirty: false }
        this.notebook = this.saved
        this.tell('document/changed', { doc: this.notebook.doc, rev: this.notebook.rev, dirty: false })
        return {}
      case 'diagnostic/fixes': {
        const { code, message } = params as Params<'diagnostic/fixes'>
        const fixes = this.scene.fixes?.get(code) ?? []
        return { title: 'A name that is defined further down', explanation: message, fixes }
      }
      case 'run/cells':
        this.start((params as Params<'run/cells'>).cells)
        return {}
      case 'run/all':
        this.start(this.codeCells().filter((id) => this.runs[id]?.state !== 'fresh'))
        return {}
      case 'run/interrupt':
        this.interrupt()
        return {}
      case 'session/restart':
        this.mark(this.codeCells(), 'stale')
        return {}
      case 'parameter/set':
        this.setParameter(params)
        return {}
      case 'export/preview':
        return demoPlan(this.notebook, this.written)
      case 'export/write':
        this.written = new Set([...this.written, ...(params as Params<'export/write'>).files])
        return { written: (params as Params<'export/write'>).files }
      case 'drafts/save':
      case 'drafts/discard': {
        const tables = this.app.drafts.map(({ table }) => table)
        this.app = { ...this.app, drafts: [] }
        this.tell('app/changed', this.app)
        return { tables }
      }
    }
  }

  private edit({ rev, edits }: Params<'document/edit'>): { rev: number } {
    const { refusal } = this
    this.refusal = null
    if (refusal !== null) throw new KernelRefused(refusal)
    if (rev !== this.notebook.rev) {
      throw new KernelRefused({ code: 'DB-1302', what: 'The notebook was changed elsewhere.', todo: '', place: {} })
    }
    this.take(edits)
    return { rev: this.notebook.rev }
  }

  private take(edits: Edit[]): void {
    const before = this.notebook
    const edited = edits.reduce(editNotebook, before)
    this.notebook = this.analysed({ ...edited, rev: before.rev + 1, dirty: true })
    const { doc, rev, order, edges, cells } = this.notebook
    const changed = order
      .map((id) => cells[id]!)
      .filter(
        (cell) => cell !== before.cells[cell.id] && JSON.stringify(cell) !== JSON.stringify(before.cells[cell.id]),
      )
    this.tell('document/changed', {
      doc,
      rev,
      dirty: true,
      order: [...order],
      cells: changed,
      edges: [...edges],
      diagnostics: [],
    })
    const meant = changed.filter((cell) => cell.source !== before.cells[cell.id]?.source && cell.kind !== 'markdown')
    this.mark(
      [
        ...downstream(
          edges,
          meant.map((cell) => cell.id),
        ),
      ],
      'stale',
    )
  }

  /** All notebooks of the demo have the same cells; each is a document of its own. */
  private goTo(path: string): void {
    if (path === this.notebook.path) return
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
    this.notebook = { ...this.notebook, doc: `demo ${path}`, path, name }
    this.saved = this.notebook
  }

  private analysed(notebook: Notebook): Notebook {
    const list = notebook.order.map((id) => notebook.cells[id]!)
    const { reads, writes, edges } = guessGraph(list)
    const cells = list.map((cell): [string, Cell] => {
      const key = (cell.title ?? cell.id).toLowerCase().replace(/\W+/g, '_')
      return [cell.id, { ...cell, key, reads: reads.get(cell.id)!, writes: writes.get(cell.id)! }]
    })
    return { ...notebook, cells: Object.fromEntries(cells), edges }
  }

  private codeCells(): string[] {
    return this.notebook.order.filter((id) => this.notebook.cells[id]!.kind !== 'markdown')
  }

  private mark(ids: readonly string[], state: RunView['state']): void {
    const known = ids.filter((id) => this.notebook.cells[id] !== undefined)
    this.tellRuns(known.map((id) => ({ id, run: { ...this.runOf(id), state } })))
  }

  private start(wanted: readonly string[]): void {
    const above = upstream(this.notebook.edges, wanted)
    const chain = this.codeCells().filter(
      (id) => wanted.includes(id) || (above.has(id) && this.runs[id]?.state !== 'fresh'),
    )
    const idle = this.queue.length === 0
    this.queue.push(...chain.filter((id) => !this.queue.includes(id)))
    this.mark(chain, 'queued')
    if (idle) this.step()
  }

  private step(): void {
    const [id] = this.queue
    if (id === undefined) return
    this.mark([id], 'running')
    const made = this.scene.cells[Number(id.slice(1))]
    const ms = made?.ms ?? 300
    setTimeout(() => {
      if (this.queue[0] !== id) return
      this.queue.shift()
      const error = made?.error ?? null
      const run: RunView = {
        state: error === null ? 'fresh' : 'failed',
        ms,
        finished: new Date().toISOString(),
        error,
        because: [],
      }
      this.tellRuns([{ id, run, cleared: true, outputs: [...(made?.outputs ?? [])] }])
      this.step()
    }, ms * this.speed)
  }

  private interrupt(): void {
    const [running, ...queued] = this.queue
    this.queue = []
    if (running !== undefined) this.mark([running], 'cancelled')
    this.mark(queued, 'stale')
  }

  private setParameter({ name, value }: Params<'parameter/set'>): void {
    const parameters = this.notebook.parameters.map((one) => (one.name === name ? { ...one, value } : one))
    this.notebook = { ...this.notebook, parameters }
    this.tell('document/changed', { doc: this.notebook.doc, rev: this.notebook.rev, parameters })
    const readers = this.codeCells().filter((id) =>
      this.notebook.cells[id]!.reads.some(({ resource }) => resource === `param:${name}`),
    )
    this.mark([...downstream(this.notebook.edges, readers)], 'stale')
  }

  private runOf(id: string): RunView {
    return this.runs[id] ?? { state: 'stale', ms: null, finished: null, error: null, because: [] }
  }

  private tellRuns(cells: { id: string; run: RunView; cleared?: boolean; outputs?: OutputItem[] }[]): void {
    for (const { id, run, outputs } of cells) {
      this.runs[id] = run
      if (outputs !== undefined) this.outputs[id] = outputs
    }
    if (cells.length > 0) this.tell('run/changed', { doc: this.notebook.doc, cells })
  }

  private tell<T extends Topic>(topic: T, news: News<T>): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(news as never)
  }

  private view(): DocumentView {
    const { order, cells, ...rest } = this.notebook
    const { edges, diagnostics, parameters } = rest
    return {
      ...rest,
      edges: [...edges],
      diagnostics: [...diagnostics],
      parameters: [...parameters],
      cells: order.map((id): CellView => ({
        ...cells[id]!,
        run: this.runOf(id),
        outputs: [...(this.outputs[id] ?? [])],
      })),
    }
  }

  private firstView(): DocumentView {
    const { cells, name, parameters, diagnostics } = this.scene
    for (const [at, cell] of cells.entries()) {
      const { state = 'stale', ms = null, error = null, because = [], outputs = [] } = cell
      const finished = ms === null ? null : '2026-11-20T08:30:00Z'
      this.runs[`c${at}`] = { state, ms, finished, error, because: because.map((index) => `c${index}`) }
      this.outputs[`c${at}`] = outputs
    }
    return {
      doc: 'demo',
      path: `${name}.py`,
      name,
      language: 'python',
      rev: 1,
      dirty: false,
      edges: [],
      parameters: [...parameters],
      diagnostics: diagnostics.map((one) => ({ ...one, cell: `c${one.cell}` })),
      cells: cells.map(({ kind, title = null, source, mode = 'auto' }, at): CellView => ({
        id: `c${at}`,
        key: '',
        kind,
        title,
        source,
        mode,
        reads: [],
        writes: [],
        outputs: [],
        modeReason: mode === 'manual' ? 'It sends something outside that cannot be taken back.' : null,
        run: this.runOf(`c${at}`),
      })),
    }
  }
}

import type { DocumentView, Edit, ExportView, Refusal, RunPatch } from '../../kernel/contract/index.ts'
import { asRefusal, ConnectionLost, type Host } from '../connection/index.ts'
import { EditQueue } from './edit-queue.ts'
import { downstream, notebookOf, type Cell, type CellId, type Notebook } from './notebook.ts'
import { neverRun, patchRuns, runsOf } from './runs.ts'
import type { Notice, PageState, PageStore } from './store.ts'
import { stateWords } from './words.ts'

type NewCell = Pick<Cell, 'kind' | 'title' | 'source'>

/** What was deleted, so that it can come back. */
interface Removed {
  readonly cells: readonly { readonly cell: Cell; readonly after: CellId | null }[]
}

/** Talks to the kernel for the page: opens, edits, runs, saves, exports; keeps the store in step with what it answers. */
export class Session {
  readonly host: Host
  readonly store: PageStore
  private readonly queue: EditQueue
  private readonly removed: Removed[] = []
  private noticeCount = 0

  constructor(host: Host, store: PageStore) {
    this.host = host
    this.store = store
    this.queue = new EditQueue({
      send: (doc, rev, edits) => host.kernel.request('document/edit', { doc, rev, edits }),
      reread: async (path) => notebookOf(await host.kernel.request('document/open', { path })),
      refused: (refusal) => this.complain(refusal),
      changed: () => this.showNotebook(),
    })
    host.kernel.on('app/changed', (app) => this.set({ app }))
    host.kernel.on('document/changed', (patch) => this.queue.patch(patch))
    host.kernel.on('run/changed', (patch) => this.takeRuns(patch))
    host.kernel.onStatus((link) => {
      this.set({ link })
      if (link === 'open') void this.attempt(() => this.comeBack())
    })
  }

  get state(): PageState {
    return this.store.getState()
  }

  /** Asks for the project, and opens the notebook that it names. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      const app = await this.host.kernel.request('app/open', {})
      this.set({ app })
      const path = app.open ?? app.notebooks[0]
      if (path !== undefined) await this.open(path)
    })
  }

  async open(path: string): Promise<void> {
    await this.attempt(async () => {
      if (this.state.notebook !== null) await this.queue.flush()
      this.show(await this.host.kernel.request('document/open', { path }))
    })
  }

  async create(path: string): Promise<void> {
    await this.attempt(async () => {
      if (this.state.notebook !== null) await this.queue.flush()
      this.show(await this.host.kernel.request('document/create', { path }))
      this.set({ app: await this.host.kernel.request('app/open', {}) })
    })
  }

  /** Typed text: shown at once, sent when typing pauses. */
  type(cell: CellId, source: string): void {
    this.queue.push([{ op: 'change', cell, source }], false)
  }

  change(cell: CellId, what: Partial<NewCell>): void {
    this.queue.push([{ op: 'change', cell, ...what }], true)
  }

  insert(after: CellId | null, cell: NewCell): CellId {
    const id = crypto.randomUUID()
    this.queue.push([{ op: 'insert', cell: id, after, ...cell }], true)
    return id
  }

  remove(ids: readonly CellId[]): void {
    const { order, cells } = this.notebook()
    const gone = order.filter((id) => ids.includes(id))
    if (gone.length === 0) return
    this.removed.push({
      cells: gone.map((id) => ({ cell: cells[id]!, after: order[order.indexOf(id) - 1] ?? null })),
    })
    this.queue.push(
      gone.map((cell) => ({ op: 'delete', cell })),
      true,
    )
    const title = gone.length === 1 ? (cells[gone[0]!]!.title ?? 'the cell') : `${gone.length} cells`
    this.notify({
      text: `Deleted ${title}.`,
      actions: [{ label: 'Undo', run: () => this.undoRemove() }],
    })
  }

  /** Brings back what was deleted last, with what was shown under it. */
  undoRemove(): void {
    const last = this.removed.pop()
    if (last === undefined) return
    const edits: Edit[] = []
    const runs = { ...this.state.runs }
    for (const { cell, after } of last.cells) {
      const { id, kind, title, source } = cell
      edits.push({ op: 'insert', cell: id, after, kind, title, source })
      // It was right once; whether it still is, only the kernel knows.
      if (runs[id]?.state === 'fresh') runs[id] = { ...runs[id], state: 'stale' }
    }
    this.set({ runs, selected: last.cells[0]!.cell.id })
    this.queue.push(edits, true)
  }

  /** Moves a cell by `by` places, down if positive. */
  move(cell: CellId, by: number): void {
    const { order } = this.notebook()
    const rest = order.filter((id) => id !== cell)
    const at = order.indexOf(cell) + by
    if (at < 0 || at > rest.length) return
    this.queue.push([{ op: 'move', cell, after: rest[at - 1] ?? null }], true)
    this.say(`Moved to place ${at + 1} of ${order.length}.`)
  }

  async run(cells: readonly CellId[]): Promise<void> {
    await this.ask((doc) => this.host.kernel.request('run/cells', { doc, cells: [...cells] }))
  }

  async runAll(): Promise<void> {
    await this.ask((doc) => this.host.kernel.request('run/all', { doc }))
  }

  async interrupt(): Promise<void> {
    await this.attempt(() => this.host.kernel.request('run/interrupt', { doc: this.notebook().doc }))
  }

  async restart(): Promise<void> {
    await this.ask((doc) => this.host.kernel.request('session/restart', { doc }))
  }

  async setParameter(name: string, value: string): Promise<void> {
    await this.ask((doc) => this.host.kernel.request('parameter/set', { doc, name, value }))
  }

  async save(overwrite = false): Promise<void> {
    await this.attempt(async () => {
      await this.queue.flush()
      try {
        await this.host.kernel.request('document/save', { doc: this.notebook().doc, overwrite })
        this.say('Saved.')
      } catch (error) {
        const refusal = asRefusal(error)
        if (refusal.code !== 'DB-1009') throw error
        this.complain(refusal, [
          { label: 'Reload', run: () => void this.reload() },
          { label: 'Save over it', run: () => void this.save(true) },
        ])
      }
    })
  }

  /** Throws the edits away and shows the file as it is. */
  async reload(): Promise<void> {
    await this.attempt(async () => {
      this.show(await this.host.kernel.request('document/reload', { doc: this.notebook().doc }))
    })
  }

  /** For a page that goes away. False if there are edits that the kernel has not been given. */
  leave(): boolean {
    return this.queue.unconfirmed().size === 0 || (this.queue.handOver() && this.state.link === 'open')
  }

  async saveDrafts(): Promise<void> {
    await this.attempt(async () => {
      const { tables } = await this.host.kernel.request('drafts/save', {})
      this.notify({ text: `Saved ${tables.length === 1 ? tables[0] : `${tables.length} tables`} to the project.` })
    })
  }

  async discardDrafts(): Promise<void> {
    await this.attempt(() => this.host.kernel.request('drafts/discard', {}))
  }

  /** What export would write now. Null if the kernel refused; the page has said why. */
  async previewExport(): Promise<ExportView | null> {
    return this.ask((doc) => this.host.kernel.request('export/preview', { doc }))
  }

  async writeExport(files: readonly string[]): Promise<boolean> {
    const done = await this.ask((doc) => this.host.kernel.request('export/write', { doc, files: [...files] }))
    if (done === null) return false
    this.notify({ text: `Wrote ${done.written.length === 1 ? '1 file' : `${done.written.length} files`}.` })
    return true
  }

  notify(notice: Partial<Notice> & { readonly text: string }): void {
    const full = { tone: 'plain', todo: '', code: '', actions: [], ...notice, id: ++this.noticeCount } as const
    this.set({ notices: [...this.state.notices.slice(-2), full] })
  }

  dismiss(id: number): void {
    this.set({ notices: this.state.notices.filter((notice) => notice.id !== id) })
  }

  say(said: string): void {
    this.set({ said })
  }

  private notebook(): Notebook {
    return this.state.notebook!
  }

  private set(change: Partial<PageState>): void {
    this.store.setState(change)
  }

  private show(view: DocumentView): void {
    const selected = view.cells[0]?.id ?? null
    this.set({ ...runsOf(view), selected, mode: 'command', folded: new Set() })
    this.removed.length = 0
    this.queue.open(notebookOf(view))
  }

  private showNotebook(): void {
    const notebook = this.queue.shown()
    if (notebook === null) return
    const unconfirmed = this.queue.unconfirmed()
    const suspect = unconfirmed.size === 0 ? unconfirmed : downstream(notebook.edges, unconfirmed)
    const selected = this.stillThere(this.state.selected, notebook)
    const unknown = notebook.order.filter((id) => !(id in this.state.runs))
    const news = Object.fromEntries(unknown.map((id) => [id, neverRun]))
    const runs = unknown.length === 0 ? this.state.runs : { ...this.state.runs, ...news }
    this.set({ notebook, runs, selected, suspect: sameSet(suspect, this.state.suspect), held: this.queue.refusals() })
  }

  /** The selection, or the nearest cell that took its place. */
  private stillThere(selected: CellId | null, notebook: Notebook): CellId | null {
    if (selected !== null && selected in notebook.cells) return selected
    const before = this.state.notebook?.order ?? []
    const at = selected === null ? 0 : before.indexOf(selected)
    return notebook.order[Math.min(Math.max(at, 0), notebook.order.length - 1)] ?? null
  }

  private takeRuns(patch: RunPatch): void {
    const { notebook, runs } = this.state
    if (notebook === null || patch.doc !== notebook.doc) return
    this.set(patchRuns(this.state, patch))
    for (const { id, run } of patch.cells) {
      if (run === undefined || run.state === runs[id]?.state) continue
      const name = notebook.cells[id]?.title ?? 'A cell'
      if (run.state === 'failed') this.say(`${name} failed: ${run.error?.message ?? ''}`)
      else if (runs[id]?.state === 'running') this.say(`${name} is ${stateWords[run.state]}.`)
    }
  }

  /** After a break of the connection: take what the kernel has now, and give it what it missed. */
  private async comeBack(): Promise<void> {
    this.set({ app: await this.host.kernel.request('app/open', {}) })
    const { notebook } = this.state
    if (notebook === null) return
    const view = await this.host.kernel.request('document/open', { path: notebook.path })
    this.set(runsOf(view))
    this.queue.resume(notebookOf(view))
  }

  /** A request that must see every edit: they are sent first. Null if it was refused. */
  private async ask<T>(request: (doc: string) => Promise<T>): Promise<T | null> {
    return this.attempt(async () => {
      await this.queue.flush()
      return request(this.notebook().doc)
    })
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      // The banner over the page says it already.
      if (!(error instanceof ConnectionLost)) this.complain(asRefusal(error))
      return null
    }
  }

  private complain(refusal: Refusal, actions: Notice['actions'] = []): void {
    const { what, todo, code } = refusal
    this.notify({ tone: 'bad', text: what, todo, code, actions })
  }
}

function sameSet<T>(next: ReadonlySet<T>, before: ReadonlySet<T>): ReadonlySet<T> {
  return next.size === before.size && [...next].every((item) => before.has(item)) ? before : next
}

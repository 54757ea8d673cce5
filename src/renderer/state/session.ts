import type {
  DiagnosticView,
  DocumentView,
  Edit,
  ExportView,
  FixView,
  Refusal,
  RunPatch,
} from '../../kernel/contract/index.ts'
import { asRefusal, ConnectionLost, type Host } from '../connection/index.ts'
import { EditQueue } from './edit-queue.ts'
import { notebookText } from './notebook-text.ts'
import { downstream, notebookOf, type Cell, type CellId, type Notebook } from './notebook.ts'
import { neverRun, patchRuns, runsOf } from './runs.ts'
import type { Notice, PageState, PageStore } from './store.ts'
import { undoEdits, undoOf, type Undo } from './undo.ts'
import { cellName, endOfRun } from './words.ts'

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
  private readonly removed: (Removed | Undo)[] = []
  private noticeCount = 0
  /** The recovery that the person was told of. */
  private recovered = ''

  constructor(host: Host, store: PageStore) {
    this.host = host
    this.store = store
    this.queue = new EditQueue({
      send: (doc, rev, edits) => host.kernel.request('document/edit', { doc, rev, edits }),
      reread: async (path) => notebookOf(await host.kernel.request('document/open', { path })),
      refused: (refusal) => this.complain(refusal),
      clashed: (cells) => this.tellClash(cells),
      changed: () => this.showNotebook(),
    })
    host.kernel.on('app/changed', (app) => this.set({ app }))
    host.kernel.on('document/changed', (patch) => this.queue.patch(patch))
    host.kernel.on('run/changed', (patch) => this.takeRuns(patch))
    host.kernel.onStatus((link) => {
      this.set({ link })
      if (link !== 'open') return
      this.settle('link')
      void this.comeBack().catch((error: unknown) => {
        if (!(error instanceof ConnectionLost)) this.complain(asRefusal(error))
      })
    })
  }

  get state(): PageState {
    return this.store.getState()
  }

  /** Asks for the project, and opens `wanted` if there is such a notebook, else the one that the project names. */
  async start(wanted: string | null = null): Promise<void> {
    await this.attempt('open', async () => {
      const app = await this.host.kernel.request('app/open', {})
      this.set({ app })
      const path = wanted !== null && app.notebooks.includes(wanted) ? wanted : (app.open ?? app.notebooks[0])
      if (path !== undefined) await this.open(path)
    })
  }

  /** Looks again which notebooks there are. */
  async lookForNotebooks(): Promise<void> {
    if (this.state.link !== 'open') return
    await this.attempt('look', async () => this.set({ app: await this.host.kernel.request('app/open', {}) }))
  }

  async open(path: string): Promise<void> {
    if (path === this.state.notebook?.path) return
    await this.attempt('open', () => this.replace(path, () => this.host.kernel.request('document/open', { path })))
  }

  /** Makes a notebook and opens it. Gives why it could not be made, null if it is there. */
  async create(path: string): Promise<Refusal | null> {
    try {
      await this.replace(path, () => this.host.kernel.request('document/create', { path }))
    } catch (error) {
      return asRefusal(error)
    }
    await this.lookForNotebooks()
    return null
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

  /** Asks for the changes that would mend a remark, and shows what they would do. */
  async lookForFixes(remark: DiagnosticView): Promise<void> {
    const { cell, code, where, message } = remark
    const found = await this.ask('fix', (doc) =>
      this.host.kernel.request('diagnostic/fixes', { doc, cell, code, where, message }),
    )
    if (found !== null) this.set({ fixing: { remark, ...found }, dialog: 'fix' })
  }

  /** Makes the changes of a fix, as if they were typed. */
  applyFix({ title, edits }: FixView): void {
    const undo = undoOf(this.notebook(), edits)
    this.removed.push(undo)
    this.queue.push([...edits], true)
    this.notify({ text: `Done: ${title}.`, actions: [{ label: 'Undo', run: () => this.takeBack(undo) }] })
  }

  private takeBack(undo: Undo): void {
    if (this.removed.includes(undo)) this.removed.splice(this.removed.indexOf(undo), 1)
    const edits = undoEdits(undo, this.notebook())
    this.queue.push(edits, true)
    const back = edits.flatMap((edit) => (edit.op === 'insert' ? [edit.cell] : []))
    if (back.length > 0) void this.attempt('undo', () => this.askHowTheyStand(back))
  }

  /** Brings back what was deleted last, with what was shown under it, or takes the last quick fix back. */
  undoRemove(): void {
    const last = this.removed.pop()
    if (last === undefined) return
    if ('edits' in last) return this.takeBack(last)
    const edits: Edit[] = []
    const runs = { ...this.state.runs }
    for (const { cell, after } of last.cells) {
      const { id, kind, title, source } = cell
      edits.push({ op: 'insert', cell: id, after, kind, title, source })
      // It was right once; whether it still is, only the kernel knows, and it tells only what is news to it.
      if (runs[id]?.state === 'fresh') runs[id] = { ...runs[id], state: 'stale' }
    }
    this.set({ runs, selected: last.cells[0]!.cell.id })
    this.queue.push(edits, true)
    void this.attempt('undo', () => this.askHowTheyStand(last.cells.map(({ cell }) => cell.id)))
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
    await this.ask('run', (doc) => this.host.kernel.request('run/cells', { doc, cells: [...cells] }))
  }

  async runAll(): Promise<void> {
    await this.ask('run', (doc) => this.host.kernel.request('run/all', { doc }))
  }

  async interrupt(): Promise<void> {
    await this.attempt('run', () => this.host.kernel.request('run/interrupt', { doc: this.notebook().doc }))
  }

  async restart(): Promise<void> {
    await this.ask('run', (doc) => this.host.kernel.request('session/restart', { doc }))
  }

  async setParameter(name: string, value: string): Promise<void> {
    await this.ask('parameter', (doc) => this.host.kernel.request('parameter/set', { doc, name, value }))
  }

  async save(overwrite = false): Promise<void> {
    const done = await this.ask('save', async (doc) => {
      try {
        await this.host.kernel.request('document/save', { doc, overwrite })
        this.say('Saved.')
        return 'saved'
      } catch (error) {
        if (asRefusal(error).code !== 'DB-1009') throw error
        return 'changed outside'
      }
    })
    if (done === 'changed outside') await this.compare()
  }

  /** Shows the notebook beside its file, for the person to choose between the two. */
  async compare(): Promise<void> {
    await this.ask('save', async (doc) => {
      const compared = await this.host.kernel.request('document/compare', { doc })
      this.set({ compared, dialog: 'compare' })
    })
  }

  /** Shows the file as it is now. Edits that are not saved are never thrown away unasked: then the two are compared. */
  async readFileAgain(): Promise<void> {
    const dirty = await this.ask('save', async () => this.notebook().dirty)
    if (dirty !== null) await (dirty ? this.compare() : this.takeFile())
  }

  /** Writes the notebook in the other format, opens that file, and says what is not in it. */
  async convert(): Promise<void> {
    const done = await this.ask('convert', (doc) => this.host.kernel.request('document/convert', { doc }))
    if (done === null) return
    await this.open(done.path)
    const left = done.left.length === 0 ? '' : `Not carried over: ${done.left.join(' ')}`
    this.notify({ text: `This is ${done.path}, the notebook in its new file.`, todo: left, tone: 'lasting' })
  }

  /** Throws the edits away and shows the file as it is. */
  async takeFile(): Promise<void> {
    const mine = notebookText(this.notebook())
    const lost = this.notebook().dirty
    await this.attempt('save', async () => {
      this.show(await this.host.kernel.request('document/reload', { doc: this.notebook().doc }))
      if (!lost) return
      this.notify({
        text: 'This is the file as it is now.',
        actions: [{ label: 'Copy my text', run: () => void navigator.clipboard.writeText(mine) }],
      })
    })
  }

  /** For a page that goes away. False if there are edits that the kernel has not been given. */
  leave(): boolean {
    return this.queue.unconfirmed().size === 0 || (this.queue.handOver() && this.state.link === 'open')
  }

  async saveDrafts(): Promise<void> {
    await this.attempt('drafts', async () => {
      const { tables } = await this.host.kernel.request('drafts/save', {})
      this.notify({ text: `Saved ${tables.length === 1 ? tables[0] : `${tables.length} tables`} to the project.` })
    })
  }

  async discardDrafts(): Promise<void> {
    await this.attempt('drafts', () => this.host.kernel.request('drafts/discard', {}))
  }

  /** What export would write now. Null if the kernel refused; the page has said why. */
  async previewExport(): Promise<ExportView | null> {
    return this.ask('export', (doc) => this.host.kernel.request('export/preview', { doc }))
  }

  /** Writes files of the export. Gives those that were written, null if the kernel refused. */
  async writeExport(files: readonly string[]): Promise<readonly string[] | null> {
    const done = await this.ask('export', (doc) => this.host.kernel.request('export/write', { doc, files: [...files] }))
    if (done === null) return null
    this.notify({ text: `Wrote ${done.written.length === 1 ? '1 file' : `${done.written.length} files`}.` })
    return done.written
  }

  notify(notice: Partial<Notice> & { readonly text: string }): void {
    const about = notice.about ?? ''
    this.settle(about)
    const full = { tone: 'plain', todo: '', code: '', actions: [], ...notice, about, id: ++this.noticeCount } as const
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

  /** Puts another notebook in the place of this one, when that has given all its edits to the kernel. */
  private async replace(path: string, ask: () => Promise<DocumentView>): Promise<void> {
    if (this.state.opening !== null) return
    this.set({ opening: path })
    try {
      if (this.state.notebook !== null) await this.queue.flush()
      const view = await ask()
      // An input method may have finished a word meanwhile.
      if (this.state.notebook !== null) await this.queue.flush()
      this.show(view)
    } finally {
      this.set({ opening: null })
    }
  }

  private show(view: DocumentView): void {
    this.tellRecovered(view)
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
      const cell = notebook.cells[id]
      const name = cell === undefined ? 'A cell' : cellName(cell)
      if (run.state === 'failed') this.say(`${name} failed: ${run.error?.message ?? ''}`)
      else if (runs[id]?.state === 'running') this.say(endOfRun(name, run.state))
    }
  }

  /** After a break of the connection: take what the kernel has now, and give it what it missed. */
  private async comeBack(): Promise<void> {
    const { notebook } = this.state
    if (notebook === null) return this.start()
    this.set({ app: await this.host.kernel.request('app/open', {}) })
    const view = await this.host.kernel.request('document/open', { path: notebook.path })
    if (this.state.notebook?.path !== notebook.path) return
    this.set(runsOf(view))
    this.queue.resume(notebookOf(view))
    this.tellRecovered(view)
  }

  /** Takes from the kernel how these cells stand, once it has every edit. */
  private async askHowTheyStand(cells: readonly CellId[]): Promise<void> {
    await this.queue.flush()
    const { doc, path } = this.notebook()
    const now = runsOf(await this.host.kernel.request('document/open', { path }))
    if (this.state.notebook?.doc !== doc) return
    const runs = { ...this.state.runs }
    const outputs = { ...this.state.outputs }
    for (const id of cells) {
      if (now.runs[id] === undefined) continue
      runs[id] = now.runs[id]
      outputs[id] = now.outputs[id]!
    }
    this.set({ runs, outputs })
  }

  private tellRecovered({ recovered, dirty }: DocumentView): void {
    if (recovered === undefined || !dirty || recovered === this.recovered) return
    this.recovered = recovered
    this.notify({
      text: `Edits of ${new Date(recovered).toLocaleString()} that were not saved are back.`,
      todo: 'Save keeps them.',
      about: 'recovered',
      tone: 'lasting',
      actions: [{ label: 'Compare with the file', run: () => void this.compare() }],
    })
  }

  private tellClash(ids: readonly CellId[]): void {
    const { cells } = this.notebook()
    const names = ids.map((id) => cells[id]).filter((cell) => cell !== undefined)
    this.notify({
      text: `The same place in ${names.map(cellName).join(', ') || 'a cell'} was changed elsewhere too.`,
      todo: 'Both texts are kept, one after the other: look at them.',
      about: 'clash',
      tone: 'lasting',
    })
  }

  /** A request that must see every edit: they are sent first. Null if it was refused, or if the notebook is just changing. */
  private async ask<T>(about: string, request: (doc: string) => Promise<T>): Promise<T | null> {
    if (this.state.opening !== null) return null
    return this.attempt(about, async () => {
      const { path } = this.notebook()
      await this.queue.flush()
      // It is meant for what the person saw, never for what took its place meanwhile.
      return this.notebook().path === path ? request(this.notebook().doc) : null
    })
  }

  private async attempt<T>(about: string, work: () => Promise<T>): Promise<T | null> {
    try {
      const done = await work()
      this.settle(about)
      return done
    } catch (error) {
      if (error instanceof ConnectionLost) this.tellLost()
      else this.complain(asRefusal(error), about)
      return null
    }
  }

  private tellLost(): void {
    this.notify({
      text: 'That was not done: Dagbook does not answer.',
      todo: 'What you type stays in this page.',
      about: 'link',
      tone: 'bad',
    })
  }

  private complain({ what, todo, code }: Refusal, about = ''): void {
    this.notify({ tone: 'bad', text: what, todo, code, about })
  }

  /** Takes away what was said on a matter that is over. */
  private settle(about: string): void {
    if (about === '' || !this.state.notices.some((notice) => notice.about === about)) return
    this.set({ notices: this.state.notices.filter((notice) => notice.about !== about) })
  }
}

function sameSet<T>(next: ReadonlySet<T>, before: ReadonlySet<T>): ReadonlySet<T> {
  return next.size === before.size && [...next].every((item) => before.has(item)) ? before : next
}

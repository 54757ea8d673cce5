import type { DocumentPatch, Edit, Refusal } from '../../kernel/contract/index.ts'
import { KernelRefused } from '../connection/link.ts'
import { addEdit, editsToRecover, rebaseEdits } from './edits.ts'
import { editNotebook, patchNotebook, type CellId, type Notebook } from './notebook.ts'

/** What the queue needs from outside. */
export interface EditQueueHost {
  send(doc: string, rev: number, edits: Edit[]): Promise<{ rev: number }>
  /** The notebook as the kernel has it now. */
  reread(path: string): Promise<Notebook>
  /** Called when the kernel will not take an edit. */
  refused(refusal: Refusal): void
  /** Called when the same spot of these cells was changed here and elsewhere: both texts stand there now. */
  clashed(cells: readonly CellId[]): void
  /** Called after every change of what is to be shown. */
  changed(): void
}

/** An edit that the kernel will not take as it is. Its text stays in the page until it is changed. */
interface Held {
  readonly edit: Edit
  readonly refusal: Refusal
}

const typingPause = 150
const mostAttempts = 25

/**
 * Holds what the person typed until the kernel has it. Shown is always: what the kernel confirmed, then the edits on their way,
 * then those that wait; so news from the kernel never overwrites typed text, and a refused edit is made again on the newer text.
 * Where the same text was changed here and elsewhere, the two are merged, before they are shown and before they are sent.
 */
export class EditQueue {
  private readonly host: EditQueueHost
  private base: Notebook | null = null
  private sent: readonly Edit[] = []
  /** News of texts newer than those the edits on their way were made upon: only the answer tells whose doing they are. */
  private later: readonly DocumentPatch[] = []
  private waiting: readonly Edit[] = []
  private readonly held = new Map<CellId, Held>()
  private timer: ReturnType<typeof setTimeout> | null = null
  private pumping: Promise<void> | null = null
  /** How many of the waiting edits go alone, because their batch was refused. */
  private oneByOne = 0
  /** Grows whenever the base is replaced from outside: what was on its way then is not ours any more. */
  private era = 0

  constructor(host: EditQueueHost) {
    this.host = host
  }

  /** Starts over with another notebook. Flush first. */
  open(notebook: Notebook): void {
    this.era++
    this.base = notebook
    this.sent = []
    this.later = []
    this.waiting = []
    this.held.clear()
    this.host.changed()
  }

  /** The notebook as the person sees it. */
  shown(): Notebook | null {
    if (this.base === null) return null
    const pending = this.pending()
    const notebook = pending.reduce(editNotebook, this.base)
    return pending.length === 0 ? notebook : { ...notebook, dirty: true }
  }

  /** Cells with text that the kernel has not confirmed. */
  unconfirmed(): Set<CellId> {
    return new Set(this.pending().map((edit) => edit.cell))
  }

  refusals(): Record<CellId, Refusal> {
    return Object.fromEntries([...this.held].map(([cell, { refusal }]) => [cell, refusal]))
  }

  /** Adds edits. `now`: they go at once; otherwise when typing pauses. */
  push(edits: readonly Edit[], now: boolean): void {
    for (const edit of edits) {
      const held = this.held.get(edit.cell)
      if (held !== undefined && edit.op !== 'move') {
        this.held.delete(edit.cell)
        if (edit.op === 'change') this.waiting = addEdit(this.waiting, held.edit)
      }
      this.waiting = addEdit(this.waiting, edit)
    }
    this.host.changed()
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush().catch(() => undefined), now ? 0 : typingPause)
  }

  patch(patch: DocumentPatch): void {
    if (this.base === null || patch.doc !== this.base.doc) return
    if (this.sent.length > 0 && patch.rev > this.base.rev) this.later = [...this.later, patch]
    else this.moveOnto(patchNotebook(this.base, patch))
  }

  /** Resolves when the kernel has every edit. Rejects if it will not take one, or cannot be reached; nothing is lost then. */
  async flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    while (this.waiting.length > 0 || this.pumping !== null) {
      this.pumping ??= this.pump().finally(() => (this.pumping = null))
      await this.pumping
    }
    const [held] = this.held.values()
    if (held !== undefined) throw new KernelRefused(held.refusal)
  }

  /** For a page that goes away: sends what waits without waiting for the answer. False if something stays in the page only. */
  handOver(): boolean {
    void this.flush().catch(() => undefined)
    return this.waiting.length === 0 && this.held.size === 0
  }

  /** After a reconnect: what the kernel has now, with everything that it does not have yet on top. */
  resume(now: Notebook): void {
    const shown = this.shown()
    const edits = this.pending()
    // What was on its way may have arrived although the answer did not.
    const arrived = this.base === null ? null : this.sent.reduce(editNotebook, this.base)
    this.held.clear()
    this.sent = []
    this.later = []
    this.oneByOne = 0
    if (shown === null || this.base === null) return this.open(now)
    this.era++
    const recovered = editsToRecover(this.base, now)
    const next = recovered.reduce(editNotebook, now)
    const origin = originAfter(this.base, arrived!, next)
    const clashes = new Set<CellId>()
    const rebased = rebaseEdits(edits.reduce<readonly Edit[]>(addEdit, []), { shown, origin, now: next }, clashes)
    this.waiting = [...recovered, ...rebased].reduce<readonly Edit[]>(addEdit, [])
    this.base = now
    this.tellClashes(clashes)
    this.host.changed()
    if (this.waiting.length > 0) void this.flush().catch(() => undefined)
  }

  private pending(): Edit[] {
    return [...[...this.held.values()].map(({ edit }) => edit), ...this.sent, ...this.waiting]
  }

  private async pump(): Promise<void> {
    for (let attempt = 1; this.waiting.length > 0;) {
      const era = this.era
      const batch = this.oneByOne > 0 ? this.waiting.slice(0, 1) : this.waiting
      this.sent = batch
      this.waiting = this.waiting.slice(batch.length)
      let failure: Error | null = null
      try {
        const { rev } = await this.host.send(this.base!.doc, this.base!.rev, [...batch])
        if (era === this.era) this.confirm(batch, rev)
        attempt = 1
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
      }
      if (era !== this.era) continue
      if (failure !== null) {
        this.sent = []
        this.waiting = [...batch, ...this.waiting].reduce<readonly Edit[]>(addEdit, [])
      }
      this.takeLater()
      if (failure === null) continue
      if (!(failure instanceof KernelRefused)) throw failure
      if (failure.refusal.code !== 'DB-1302') this.holdBack(batch, failure.refusal)
      else if (attempt++ < mostAttempts) await this.catchUp()
      else throw failure
    }
  }

  private confirm(batch: readonly Edit[], rev: number): void {
    this.oneByOne = Math.max(0, this.oneByOne - 1)
    if (this.base!.rev <= rev) this.base = { ...batch.reduce(editNotebook, this.base!), rev, dirty: true }
    this.sent = []
    this.host.changed()
  }

  /** The text was changed elsewhere: take it, and make our edits anew on top of it. */
  private async catchUp(): Promise<void> {
    const era = this.era
    const shown = this.shown()!
    const now = await this.host.reread(shown.path)
    if (era !== this.era) return
    this.moveOnto(now, shown)
  }

  private takeLater(): void {
    const { later } = this
    this.later = []
    for (const patch of later) this.moveOnto(patchNotebook(this.base!, patch))
  }

  /** The kernel has other text now: everything that it was not given yet is made anew on top of it. */
  private moveOnto(now: Notebook, shown = this.shown()!): void {
    const origin = this.base!
    const clashes = new Set<CellId>()
    if (textsDiffer(origin, now)) {
      for (const [cell, { edit, refusal }] of [...this.held]) {
        const [again] = rebaseEdits([edit], { shown, origin, now }, clashes)
        this.held.delete(cell)
        if (again?.op === edit.op && again.cell === cell) this.held.set(cell, { edit: again, refusal })
        else if (again !== undefined) this.waiting = [again, ...this.waiting]
      }
      this.waiting = rebaseEdits(this.waiting, { shown, origin, now }, clashes)
    }
    this.base = now
    this.tellClashes(clashes)
    this.host.changed()
  }

  private tellClashes(clashes: ReadonlySet<CellId>): void {
    if (clashes.size > 0) this.host.clashed([...clashes])
  }

  /** The kernel takes all edits of a batch or none: sends them one by one, and keeps back the one that it means. */
  private holdBack(batch: readonly Edit[], refusal: Refusal): void {
    if (batch.length > 1) {
      this.oneByOne = batch.length
      return
    }
    this.oneByOne = Math.max(0, this.oneByOne - 1)
    const [edit, ...rest] = this.waiting
    this.waiting = rest
    if (edit!.op === 'change' || edit!.op === 'insert') this.held.set(edit!.cell, { edit: edit!, refusal })
    this.host.refused(refusal)
    this.host.changed()
  }
}

function textsDiffer(before: Notebook, now: Notebook): boolean {
  return before.order !== now.order || now.order.some((id) => before.cells[id]?.source !== now.cells[id]?.source)
}

/** What edits were made upon: cell by cell `arrived`, where the kernel has exactly that text now, else `base`. */
function originAfter(base: Notebook, arrived: Notebook, now: Notebook): Notebook {
  const cells = { ...base.cells }
  for (const [id, cell] of Object.entries(arrived.cells)) {
    if (now.cells[id]?.source === cell.source) cells[id] = cell
  }
  return { ...base, cells }
}

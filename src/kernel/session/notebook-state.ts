import { loadSqlFor, resourceKind, resourceName, type AnalysisContext, type Resource } from '../analysis/index.ts'
import type { Edit } from '../contract/index.ts'
import type { RunOutcome } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import { Problem } from '../problem/index.ts'
import type { OpenDocument } from './document.ts'
import { lessonsOf } from './lessons.ts'
import type { RunRecord } from './record.ts'
import { Stamps, type Outside } from './stamps.ts'
import { States, type CellStanding, type Verdict } from './states.ts'
import {
  Learned,
  NotebookUnderstanding,
  outsideReads,
  parameterValues,
  type KnownCell,
  type Understanding,
} from './understanding.ts'
import { Versions } from './versions.ts'

/** Who hears of changes. */
export interface StateListener {
  /** The notebook was understood anew, or its parameters changed. */
  understood(before: Understanding): void
  /** Cells may stand otherwise now. */
  moved(): void
  /** These tables, files, modules or notebooks are not what they were. */
  outside(changed: ReadonlySet<Resource>): void
}

/**
 * What a session knows: the notebook, its graph, what the outside world looks like, and which recorded run fits which cell. It changes
 * by one step at a time: whoever needs it to hold still waits until it is `quiet`.
 */
export class NotebookState {
  readonly document: OpenDocument
  readonly #learned = new Learned()
  readonly #parameters = new Map<string, string>()
  readonly #verdicts = new Map<CellId, Verdict>()
  readonly #stamps: Stamps
  readonly #versions: Versions
  readonly #states: States
  #listener: StateListener = { understood: () => undefined, moved: () => undefined, outside: () => undefined }
  readonly #follows: NotebookUnderstanding
  #understanding: Understanding
  #rev = 0
  #changes: Promise<unknown> = Promise.resolve()
  /** Grows whenever something changes that a running cell may have read in its old form. */
  #epoch = 0

  private constructor(document: OpenDocument, context: AnalysisContext, outside: Outside) {
    this.document = document
    this.#follows = new NotebookUnderstanding(context, this.#learned)
    this.#understanding = this.#understand()
    this.#stamps = new Stamps(outside)
    this.#versions = new Versions(this.#stamps, this.#parameters)
    this.#states = new States({
      key: (cell) => this.#versions.key(cell),
      record: (cell) => this.#versions.record(cell),
      verdict: (cell) => this.#verdicts.get(cell),
    })
  }

  static async of(document: OpenDocument, context: AnalysisContext, outside: Outside): Promise<NotebookState> {
    await loadSqlFor(document.notebook)
    const state = new NotebookState(document, context, outside)
    await state.#adopt(state.#understanding)
    return state
  }

  listen(listener: StateListener): void {
    this.#listener = listener
  }

  get understanding(): Understanding {
    return this.#understanding
  }

  /** The revision of the document that is understood. */
  get rev(): number {
    return this.#rev
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Every parameter's value in this session. */
  parameters(): Record<string, string> {
    return parameterValues(this.#understanding, this.#parameters)
  }

  /** The parameters that were given a value. */
  get given(): ReadonlyMap<string, string> {
    return this.#parameters
  }

  key(cell: CellId): string {
    return this.#versions.key(cell)
  }

  /** The run that fits the cell now. */
  record(cell: CellId): RunRecord | undefined {
    return this.#versions.record(cell)
  }

  /** How the cell stands, as if nothing were queued or running. */
  standing(cell: CellId): CellStanding {
    return this.#states.of(cell)
  }

  /** Resolves when no change is under way. */
  async quiet(): Promise<void> {
    for (let last = null; last !== this.#changes;) await (last = this.#changes)
  }

  /** Applies edits, all or none, and understands the notebook anew. Throws the Problems of `OpenDocument.edit`. */
  edit(rev: number, edits: readonly Edit[]): Promise<number> {
    return this.#change(async () => {
      this.document.edit(rev, edits)
      const now = this.document.rev
      this.#epoch += 1
      await this.#reconsider()
      return now
    })
  }

  /** Throws the edits away and reads the file anew. Throws the Problems of `OpenDocument.reload`. */
  reload(): Promise<void> {
    return this.#change(async () => {
      await this.document.reload()
      this.#epoch += 1
      await this.#reconsider()
    })
  }

  /** Looks whether the notebook's file was changed outside; see `OpenDocument.lookOutside`. */
  lookOutside(): Promise<void> {
    return this.#change(async () => {
      if (!(await this.document.lookOutside())) return this.#listener.understood(this.#understanding)
      this.#epoch += 1
      await this.#reconsider()
    })
  }

  /** Throws DB-1303 if the notebook declares no parameter of that name. */
  setParameter(name: string, value: string): Promise<void> {
    return this.#change(async () => {
      const before = this.#understanding
      const { parameters } = before.graph
      if (!parameters.some((parameter) => parameter.name === name)) {
        const known = parameters.map((parameter) => parameter.name).join(', ')
        const what = `The notebook has no parameter ${name}; it has ${known === '' ? 'none' : known}.`
        throw new Problem('DB-1303', what, { path: this.document.path })
      }
      this.#parameters.set(name, value)
      this.#epoch += 1
      await this.#versions.touch(before.cells.filter((cell) => touchesParameter(cell, name)).map(({ id }) => id))
      this.#listener.understood(before)
      this.#review()
    })
  }

  /**
   * Looks again at what these cells read from outside: base tables, files, modules, other notebooks. What reads a changed one is
   * stale. Returns what changed.
   */
  refresh(of: readonly KnownCell[] = this.#understanding.cells): Promise<ReadonlySet<Resource>> {
    const externals = externalsOf(of, this.#understanding)
    if (externals.size === 0) return Promise.resolve(externals)
    return this.#change(async () => {
      const changed = await this.#stamps.refresh(externals)
      if (changed.size === 0) return changed
      this.#epoch += 1
      const { cells } = this.#understanding
      const readers = cells.filter((cell) => cell.graph.reads.some(({ resource }) => changed.has(resource)))
      await this.#versions.touch(readers.map(({ id }) => id))
      this.#listener.outside(changed)
      // What a module or another notebook does is part of what cells do.
      if ([...changed].some(isCode)) await this.#reconsider()
      else this.#review()
      return changed
    })
  }

  /**
   * Notes what a run did that the text of its cell did not say. Returns null if none of it is news, else the cells that were settled
   * and are stale for it.
   */
  learn(cell: KnownCell, outcome: RunOutcome): Promise<CellId[] | null> {
    return this.#change(async () => {
      let news = this.#learned.add(cell.id, cell.analysis, lessonsOf(cell, outcome, this.#understanding))
      if (outcome.state === 'exited') news = this.#learned.addLeaving(cell.id, cell.analysis) || news
      for (const { name, with: others } of outcome.shares ?? []) {
        for (const other of others) news = this.#learned.addSharing(cell.id, name, other) || news
      }
      if (!news) return null
      const done = this.#understanding.cells.filter(({ id }) => this.standing(id).state !== 'stale')
      await this.#reconsider()
      return done.map(({ id }) => id).filter((id) => this.standing(id).state === 'stale')
    })
  }

  /** Remembers a run; returns those that are forgotten for it. */
  add(cell: CellId, record: RunRecord): Promise<RunRecord[]> {
    return this.#change(async () => {
      if (!this.#understanding.byId.has(cell)) return [record]
      const forgotten = await this.#versions.add(cell, record)
      this.#review()
      return forgotten
    })
  }

  /** Forgets a run; its cell is stale unless another fits. */
  forget(cell: CellId, record: RunRecord): Promise<void> {
    return this.#change(async () => {
      this.#epoch += 1
      await this.#versions.forget(cell, record)
      this.#review()
    })
  }

  /** Forgets all runs. */
  clear(): Promise<void> {
    return this.#change(async () => {
      this.#epoch += 1
      this.#verdicts.clear()
      await this.#versions.clear()
      this.#review()
    })
  }

  /** Notes that a cell stays as it is for now, as long as its key holds. */
  decide(cell: CellId, verdict: Verdict): void {
    this.#verdicts.set(cell, verdict)
    this.#states.review([cell])
    this.#listener.moved()
  }

  dispose(): void {
    this.#versions.dispose()
  }

  #change<T>(step: () => Promise<T>): Promise<T> {
    const change = this.#changes.then(step)
    this.#changes = change.catch(() => undefined)
    return change
  }

  /** Understands the notebook anew after an edit or a lesson, and tells what changed. */
  async #reconsider(): Promise<void> {
    await loadSqlFor(this.document.notebook)
    const before = this.#understanding
    await this.#adopt(this.#understand())
    this.#listener.understood(before)
    this.#listener.moved()
  }

  #understand(): Understanding {
    return this.#follows.update(this.document.notebook, this.document.cells)
  }

  /** Until all is computed, everybody sees the notebook as it was. */
  async #adopt(understanding: Understanding): Promise<void> {
    const { rev } = this.document
    const externals = externalsOf(understanding.cells, understanding)
    const known = new Set([...externals].filter((resource) => this.#stamps.of(resource) !== ''))
    const changed = new Set([...(await this.#stamps.refresh(externals))].filter((resource) => known.has(resource)))
    if (changed.size > 0) this.#listener.outside(changed)
    await this.#versions.adopt(understanding)
    // What changed outside meanwhile is seen now, and nobody will look at it again.
    const readers = understanding.cells.filter(({ graph }) => graph.reads.some(({ resource }) => changed.has(resource)))
    await this.#versions.touch(readers.map(({ id }) => id))
    this.#versions.takeMoved()
    this.#states.adopt(understanding)
    this.#understanding = understanding
    this.#rev = rev
  }

  /** Follows what moved among the versions. */
  #review(): void {
    this.#states.review(this.#versions.takeMoved())
    this.#listener.moved()
  }
}

/** What these cells read that comes from outside the notebook. */
function externalsOf(cells: readonly KnownCell[], { byId }: Understanding): Set<Resource> {
  return new Set(cells.flatMap((cell) => outsideReads(cell, byId)))
}

/** Whether a resource is Python or SQL text of the project. */
export function isCode(resource: Resource): boolean {
  return ['module', 'notebook'].includes(resourceKind(resource))
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

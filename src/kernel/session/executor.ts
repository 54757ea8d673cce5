import type { CellId } from '../graph/index.ts'
import type { CellState } from '../contract/index.ts'
import { feeds, runnable, settled } from './flow.ts'
import type { KnownCell, Understanding } from './understanding.ts'

/** How much a cell is wanted: `again` even if it is fresh, `asked` if it is not, `followed` only because of what ran above it. */
type Want = 'again' | 'asked' | 'followed'

/** What the executor decides about; it runs nothing itself. */
export interface Executable {
  understanding(): Understanding
  /** How a cell stands, as if nothing were queued or running. */
  state(cell: CellId): CellState
  /** Resolves when how cells stand is not about to change. */
  quiet(): Promise<void>
  /**
   * Runs a cell and settles, until `signal` interrupts it; afterwards it has a record, or not (then it was interrupted). False: an
   * ancestor must run first. Never rejects.
   */
  run(cell: CellId, signal: AbortSignal): Promise<boolean>
  /** Notes that a cell stays as it is for now. */
  decide(cell: CellId, state: 'waiting' | 'cancelled', because: readonly CellId[]): void
  /** The queue changed. */
  changed(): void
}

/**
 * Decides what runs next, one cell at a time. Edges only point down the notebook, so document order is topological: the first
 * wanted cell whose inputs are fresh is next.
 */
export class Executor {
  readonly #target: Executable
  readonly #wanted = new Map<CellId, Want>()
  /** How much each cell was wanted that is not any more, since the queue was last empty. */
  readonly #served = new Map<CellId, Want>()
  #draining: Promise<void> | null = null
  #running: AbortController | null = null

  constructor(target: Executable) {
    this.#target = target
  }

  /** Whether a cell is wanted and not running yet. */
  isQueued(cell: CellId): boolean {
    return this.#wanted.has(cell)
  }

  /** Queues cells. `again`: also those that are fresh. */
  request(cells: readonly CellId[], again: boolean): void {
    for (const cell of cells) this.#want(cell, again ? 'again' : 'asked')
    this.#target.changed()
    this.#draining ??= this.#drain()
  }

  /** Queues those of `cells` again that were run for this queue and are stale now, because a run taught what they missed. */
  repeat(cells: readonly CellId[]): void {
    for (const cell of cells) {
      const want = this.#served.get(cell)
      if (want === undefined || this.#target.state(cell) !== 'stale') continue
      this.#want(cell, want === 'followed' ? 'followed' : 'asked')
    }
    this.#target.changed()
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    while (this.#draining !== null) await this.#draining
  }

  /** Ends the running cell and forgets the queue. */
  interrupt(): void {
    const cancelled = [...this.#wanted.keys()]
    this.#wanted.clear()
    for (const cell of cancelled) this.#target.decide(cell, 'cancelled', [])
    this.#running?.abort()
  }

  #want(cell: CellId, want: Want): void {
    const strength: Record<Want, number> = { followed: 0, asked: 1, again: 2 }
    const known = this.#wanted.get(cell)
    if (known === undefined || strength[known] < strength[want]) this.#wanted.set(cell, want)
  }

  #take(cell: CellId): Want {
    const want = this.#wanted.get(cell)!
    this.#wanted.delete(cell)
    this.#served.set(cell, want)
    return want
  }

  async #drain(): Promise<void> {
    for (;;) {
      await this.#target.quiet()
      const next = this.#next()
      if (next === null) break
      const want = this.#take(next.id)
      const running = new AbortController()
      this.#running = running
      const ran = await this.#target.run(next.id, running.signal)
      this.#running = null
      if (running.signal.aborted) continue
      if (ran) this.#follow(next.id)
      else this.#want(next.id, want)
    }
    // In the same step as finding nothing to run: a request that comes now must find nobody at work.
    this.#draining = null
    this.#served.clear()
    this.#target.changed()
  }

  #next(): KnownCell | null {
    for (;;) {
      const cell = this.#target.understanding().cells.find(({ id }) => this.#wanted.has(id))
      if (cell === undefined) return null
      const decision = this.#decide(cell)
      if (decision === 'run') return cell
      if (decision === 'drop') this.#take(cell.id)
    }
  }

  /** `first`: something above it must run before, and is wanted now. */
  #decide(cell: KnownCell): 'run' | 'drop' | 'first' {
    const want = this.#wanted.get(cell.id)!
    const state = this.#target.state(cell.id)
    if (!runnable(cell) || cell.mode === 'off') return 'drop'
    if (state === 'blocked' || state === 'skipped') return 'drop'
    if (want !== 'again' && (state === 'fresh' || state === 'failed')) return 'drop'
    const missing = cell.inputs.filter(feeds).filter((edge) => !settled(this.#target.state(edge.from), edge))
    if (missing.length === 0) return 'run'
    const { byId } = this.#target.understanding()
    const stops = missing.filter(({ from }) => {
      const input = byId.get(from)!
      return (
        !runnable(input) || this.#target.state(from) === 'failed' || (want === 'followed' && input.mode === 'manual')
      )
    })
    if (stops.length > 0) {
      this.#target.decide(
        cell.id,
        'waiting',
        stops.map(({ from }) => from),
      )
      return 'drop'
    }
    for (const { from } of missing) this.#want(from, want === 'followed' ? 'followed' : 'asked')
    return 'first'
  }

  /** Wants the auto dependents of a cell that ran; what hangs on a manual one waits. */
  #follow(ran: CellId): void {
    for (const cell of this.#openBelow(ran)) {
      if (cell.mode !== 'manual') this.#want(cell.id, 'followed')
      else if (!this.#wanted.has(cell.id)) {
        for (const waits of this.#openBelow(cell.id)) {
          if (waits.mode !== 'manual') this.#target.decide(waits.id, 'waiting', [cell.id])
        }
      }
    }
    this.#target.changed()
  }

  /** Dependents of a cell that could run and have not. */
  #openBelow(cell: CellId): KnownCell[] {
    const { byId, dependents } = this.#target.understanding()
    return (dependents.get(cell) ?? [])
      .filter((id) => ['stale', 'waiting', 'cancelled'].includes(this.#target.state(id)))
      .map((id) => byId.get(id)!)
  }
}

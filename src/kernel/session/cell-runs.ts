import type { RunErrorView } from '../contract/index.ts'
import type { RunOutcome, TableName } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import { asProblem, errorName } from '../problem/index.ts'
import type { NotebookState } from './notebook-state.ts'
import { OutputLog } from './output-log.ts'
import type { RunRecord } from './record.ts'
import { newRunId } from './run-id.ts'
import type { FinishedRun, Runner } from './runner.ts'
import type { TableVersion } from './tables.ts'
import type { Teller } from './teller.ts'
import type { KnownCell } from './understanding.ts'
import { errorView } from './view.ts'

/** A key that no cell ever has. */
const NEVER = ''

/** Who hears of runs. */
export interface Hearers {
  readonly state: NotebookState
  readonly runner: Runner
  readonly teller: Teller
  /** A run is recorded, and others are forgotten for it: nobody will ask for them again. */
  recorded(run: RunRecord, forgotten: readonly RunRecord[]): Promise<void>
  /** A run taught that these cells, run for the same request, missed something. */
  repeat(cells: readonly CellId[]): void
}

/** Runs cells one at a time and records what becomes of them: values, outputs, errors, and what the runs teach. */
export class CellRuns {
  readonly #with: Hearers

  constructor(hearers: Hearers) {
    this.#with = hearers
  }

  /**
   * Runs a cell and settles. Afterwards it has a record, or not (then it was interrupted). False: something else must run first. Never
   * rejects: whatever goes wrong is what the cell failed with.
   */
  async run(id: CellId, signal: AbortSignal): Promise<boolean> {
    const { state } = this.#with
    const attempt = new Attempt()
    try {
      await state.quiet()
      const asked = state.understanding.byId.get(id)
      if (asked !== undefined) await state.refresh([asked])
      await state.quiet()
      const cell = state.understanding.byId.get(id)
      return cell === undefined || (await this.#attempt(cell, state.key(id), attempt, signal))
    } catch (error) {
      const { code, what, todo } = asProblem(error)
      const message = `${what} ${todo}`
      const record = attempt.failed(state.key(id), { name: errorName(code), message, line: null, traceback: [] })
      await this.#keep(id, record).catch(() => undefined)
      return true
    }
  }

  async #attempt(cell: KnownCell, key: string, attempt: Attempt, signal: AbortSignal): Promise<boolean> {
    const { state, runner, teller } = this.#with
    const { id } = cell
    const { epoch } = state
    const finished = await runner.run(id, key, attempt.run, teller.listen(id, attempt.log), signal)
    teller.unheard(id)
    if (finished === null) return false
    const { outcome } = finished
    if (outcome.state === 'interrupted') {
      state.decide(id, { key, state: 'cancelled', because: [] })
      teller.show(id, attempt.failed(key, null))
      return true
    }
    // Whether it read a file or table before it was changed outside, or after, nobody knows.
    const torn = (await state.refresh([cell])).size > 0
    const missed = await state.learn(cell, outcome)
    if (missed !== null) {
      this.#with.repeat(missed)
      // The run took place without knowing of what it read: where that is not fresh, its producer has to run first.
      if (outcome.state === 'failed' && this.#misses(id)) return false
    }
    const keyNow = missed !== null && state.epoch === epoch ? state.key(id) : key
    await this.#keep(id, attempt.record(torn ? NEVER : keyNow, this.#error(outcome), finished))
    if (missed !== null) this.#with.repeat([id])
    return true
  }

  async #keep(cell: CellId, record: RunRecord): Promise<void> {
    this.#with.teller.show(cell, record)
    await this.#with.recorded(record, await this.#with.state.add(cell, record))
  }

  #error({ error }: RunOutcome): RunErrorView | null {
    const { cells } = this.#with.state.understanding
    const titled = (title: string): CellId | null =>
      cells.find((cell) => (cell.cell.title ?? cell.key) === title)?.id ?? null
    return error === null ? null : errorView(error, titled)
  }

  /** Whether something that the cell reads is not fresh. */
  #misses(id: CellId): boolean {
    const { state } = this.#with
    const reads = state.understanding.byId.get(id)?.graph.reads ?? []
    return reads.some(({ from }) => from !== null && state.standing(from).state !== 'fresh')
  }
}

/** One try at a run: its id, what it put out so far, and since when. */
class Attempt {
  readonly run = newRunId()
  readonly log = new OutputLog()
  readonly #started = performance.now()

  /** The record of a run that defines nothing. */
  failed(key: string, error: RunErrorView | null): RunRecord {
    return this.record(key, error, null)
  }

  record(key: string, error: RunErrorView | null, finished: FinishedRun | null): RunRecord {
    const outcome = finished?.outcome
    return {
      run: this.run,
      key,
      state: outcome?.state === 'ok' || outcome?.state === 'exited' ? outcome.state : 'failed',
      writes: new Map(outcome?.writes.map(({ name, digest }) => [name, digest])),
      deletes: outcome?.deletes ?? [],
      views: outcome?.views ?? [],
      tables: finished?.tables ?? new Map<TableName, TableVersion>(),
      text: outcome?.text ?? '',
      outputs: this.log.items,
      error,
      ms: performance.now() - this.#started,
      finished: new Date().toISOString(),
    }
  }
}

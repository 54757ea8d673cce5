import type { OutputItem, RunPatch, RunView } from '../contract/index.ts'
import type { RunEvents } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import type { OutputLog } from './output-log.ts'
import type { RunRecord } from './record.ts'
import type { CellStanding } from './states.ts'

/** What a teller asks of its session. */
export interface Tellable {
  /** All cells in document order. */
  cells(): readonly CellId[]
  /** How a cell stands, queue and running cell included. */
  standing(cell: CellId): CellStanding
  /** The run that fits a cell now. */
  record(cell: CellId): RunRecord | undefined
  /** Tells the pages. */
  send(cells: RunPatch['cells']): void
}

/** Tells pages how cells stand and what they put out: only what changed, once in each turn of the event loop. */
export class Teller {
  readonly #source: Tellable
  readonly #told = new Map<CellId, CellStanding>()
  /** The run whose output is on the page, fitting or not: it stays, dimmed, until another takes its place. */
  readonly #shown = new Map<CellId, RunRecord>()
  /** What a run that goes on has said so far. */
  readonly #speaking = new Map<CellId, OutputLog>()
  #waiting = false

  constructor(source: Tellable) {
    this.#source = source
  }

  /** A cell's run as a page that opens now sees it. */
  runView(cell: CellId): RunView {
    const { state, because } = this.#source.standing(cell)
    const record = this.#source.record(cell) ?? this.#shown.get(cell)
    return {
      state,
      because: [...because],
      ms: record?.ms ?? null,
      finished: record?.finished ?? null,
      error: state === 'failed' ? (record?.error ?? null) : null,
    }
  }

  outputs(cell: CellId): OutputItem[] {
    return [...(this.#speaking.get(cell)?.items ?? this.#shown.get(cell)?.outputs ?? [])]
  }

  /** Notes that pages know how every cell stands. */
  allTold(): void {
    for (const cell of this.#source.cells()) this.#told.set(cell, this.#source.standing(cell))
  }

  /** Forgets what was told of cells that are gone: one that comes back has to be told anew. */
  forgetOthers(): void {
    const here = new Set(this.#source.cells())
    for (const id of this.#told.keys()) if (!here.has(id)) this.#told.delete(id)
  }

  /** Tells once for all that happens before the next turn of the event loop. */
  tellSoon(): void {
    if (this.#waiting) return
    this.#waiting = true
    setImmediate(() => {
      this.#waiting = false
      this.tell()
    })
  }

  /** Tells which of `suspects` (all, if not given) stand otherwise than they were told to. */
  tell(suspects: readonly CellId[] = this.#source.cells()): void {
    const cells: RunPatch['cells'] = []
    for (const id of suspects) {
      const fitting = this.#source.record(id)
      const moved = fitting !== undefined && fitting !== this.#shown.get(id)
      const old = this.#told.get(id)
      const now = this.#source.standing(id)
      if (!moved && old?.state === now.state && old.because.join() === now.because.join()) continue
      this.#told.set(id, now)
      if (moved) {
        this.#shown.set(id, fitting)
        this.#speaking.delete(id)
      }
      cells.push({ id, run: this.runView(id), ...(moved ? { cleared: true, outputs: [...fitting.outputs] } : {}) })
    }
    if (cells.length > 0) this.#source.send(cells)
  }

  /** Shows the outputs of a run in place of what was there. */
  show(cell: CellId, record: RunRecord): void {
    this.#speaking.delete(cell)
    this.#shown.set(cell, record)
    this.#source.send([{ id: cell, cleared: true, outputs: [...record.outputs] }])
  }

  /** Takes back what a run said that came to nothing. */
  unheard(cell: CellId): void {
    this.#speaking.delete(cell)
  }

  /**
   * Passes on what a run says while it goes on. The old output goes when the new run first speaks. A run ends with `show`, or with
   * `unheard` if it came to nothing.
   */
  listen(cell: CellId, log: OutputLog): RunEvents {
    let first = true
    const pass = (item: OutputItem | null): void => {
      if (item === null) return
      this.#speaking.set(cell, log)
      this.#source.send([{ id: cell, cleared: first, outputs: [item] }])
      first = false
    }
    return {
      stdout: (text, stream) => pass(log.stream(stream, text)),
      output: (output) => pass(log.display({ ...output.data })),
    }
  }
}

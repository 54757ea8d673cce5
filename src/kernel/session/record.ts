import type { OutputItem, RunErrorView } from '../contract/index.ts'
import type { RunId, TableName } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import type { TableVersion } from './tables.ts'

/** What one run of a cell left behind. It fits the cell as long as the cell's key is the one that it ran under. */
export interface RunRecord {
  /** Also the id of every version that this run made. */
  readonly run: RunId
  readonly key: string
  readonly state: 'ok' | 'exited' | 'failed'
  /** Names it bound or changed in place → digest of the value. */
  readonly writes: ReadonlyMap<string, string>
  readonly deletes: readonly string[]
  readonly views: readonly { readonly name: string; readonly dropped: boolean }[]
  /** Tables it changed. */
  readonly tables: ReadonlyMap<TableName, TableVersion>
  /** `repr` of the last expression, "" for none. */
  readonly text: string
  readonly outputs: readonly OutputItem[]
  readonly error: RunErrorView | null
  readonly ms: number
  /** ISO 8601. */
  readonly finished: string
}

/** How many runs of one cell are remembered, so that undoing an edit finds the run that fits. */
const KEPT = 12

/** The runs of a notebook's cells, by cell and key. */
export class Records {
  readonly #byCell = new Map<CellId, Map<string, RunRecord>>()

  /** The run that fits, if there is one. */
  fitting(cell: CellId, key: string): RunRecord | undefined {
    return this.#byCell.get(cell)?.get(key)
  }

  /** Remembers a run; it replaces an earlier one under the same key. Returns those that are forgotten for it. */
  add(cell: CellId, record: RunRecord): RunRecord[] {
    const runs = this.#byCell.get(cell) ?? new Map<string, RunRecord>()
    this.#byCell.set(cell, runs)
    const replaced = runs.get(record.key)
    runs.delete(record.key)
    runs.set(record.key, record)
    const oldest = runs.size > KEPT ? runs.keys().next().value : undefined
    const dropped = oldest === undefined ? undefined : runs.get(oldest)
    if (oldest !== undefined) runs.delete(oldest)
    return [replaced, dropped].filter((run) => run !== undefined)
  }

  /** Forgets one run: what it made is gone. */
  drop(cell: CellId, record: RunRecord): void {
    const runs = this.#byCell.get(cell)
    if (runs?.get(record.key) === record) runs.delete(record.key)
  }

  /** Forgets everything. */
  clear(): void {
    this.#byCell.clear()
  }
}

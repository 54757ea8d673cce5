import type { TableName, TablePlace } from '../engine/index.ts'
import type { NotebookState } from './notebook-state.ts'
import type { TableVersion } from './tables.ts'

/** The newest version of a table that the session changed, and which cell made it. */
export interface DraftTable extends TableVersion {
  readonly table: TableName
  /** The key of the cell. */
  readonly cell: string
}

/** The tables that a session's fresh cells changed, and which of them are in the project. */
export class Drafts {
  readonly #state: NotebookState
  readonly #saved = new WeakSet<TablePlace>()

  constructor(state: NotebookState) {
    this.#state = state
  }

  /** Those that are not in the project, newest version of each, by name. */
  unsaved(): DraftTable[] {
    const newest = new Map<TableName, DraftTable>()
    for (const { id, key } of this.#state.understanding.cells) {
      for (const [table, version] of this.#state.record(id)?.tables ?? []) {
        newest.set(table, { ...version, table, cell: key })
      }
    }
    return [...newest.values()]
      .filter(({ place }) => !this.#saved.has(place))
      .sort((a, b) => (a.table < b.table ? -1 : 1))
  }

  /** Notes that drafts are in the project now. */
  saved(drafts: readonly DraftTable[]): void {
    for (const { place } of drafts) this.#saved.add(place)
  }

  /** Forgets the runs that changed tables: their cells are stale, and tables are as the project has them. */
  async forget(): Promise<void> {
    for (const { id } of this.#state.understanding.cells) {
      const record = this.#state.record(id)
      if (record !== undefined && record.tables.size > 0) await this.#state.forget(id, record)
    }
  }
}

import type { RunId, RunOutcome, TableName, TablePlace } from '../engine/index.ts'

/** A version of a table in a draft. */
export interface TableVersion {
  /** Where it is; `location` null: the table was dropped. */
  readonly place: TablePlace
  /** The stamp of the project's table that it began from, perhaps through other versions; null: there was none. */
  readonly base: string | null
}

/** What a session needs of the warehouse. */
export interface TableStore {
  /** The state of the project's table; null: there is none. */
  stamp(table: TableName): Promise<string | null>
  /** The project's tables. */
  list(): Promise<readonly TableName[]>
  /** Where a table of the project is; its `location` is null if there is none. */
  basePlace(table: TableName): Promise<TablePlace>
  /** A new version, a copy of what is at `from` (null: empty), that a run may change as it likes. */
  newVersion(draft: string, table: TableName, from: string | null, run: RunId): Promise<TablePlace>
  /** Removes a version that nobody needs. */
  drop(location: string): Promise<void>
}

/** The tables of one run: what it reads is where its place in the notebook says, what it changes is a version of its own. */
export class RunTables {
  readonly #store: TableStore
  readonly #draft: string
  readonly #run: RunId
  readonly #above: ReadonlyMap<TableName, TableVersion>
  readonly #places = new Map<TableName, TablePlace>()
  readonly #made = new Map<TableName, TableVersion>()

  /** `above` has the versions that cells above made; the others are the project's own tables. */
  constructor(store: TableStore, draft: string, run: RunId, above: ReadonlyMap<TableName, TableVersion>) {
    this.#store = store
    this.#draft = draft
    this.#run = run
    this.#above = above
  }

  /** Where the table is for this run; `write`: the run is about to change it. */
  async place(table: TableName, write: boolean): Promise<TablePlace> {
    const known = this.#places.get(table)
    if (known !== undefined && (!write || this.#made.has(table))) return known
    const above = this.#above.get(table)
    const from = known ?? above?.place ?? (await this.#store.basePlace(table))
    const place = write ? await this.#store.newVersion(this.#draft, table, from.location, this.#run) : from
    if (write) this.#made.set(table, { place, base: above === undefined ? await this.#store.stamp(table) : above.base })
    this.#places.set(table, place)
    return place
  }

  /** The tables that are there at the place of the run, whether or not it has asked for them. */
  async list(): Promise<TableName[]> {
    const names = new Set(await this.#store.list())
    for (const [table, { place }] of this.#above) {
      if (place.location === null) names.delete(table)
      else names.add(table)
    }
    return [...names].sort()
  }

  /** Everything that was placed so far. */
  get places(): Readonly<Record<TableName, TablePlace>> {
    return Object.fromEntries(this.#places)
  }

  /** Keeps the versions that the run changed and removes the others. Returns those kept. */
  async finish(touched: RunOutcome['tables']): Promise<Map<TableName, TableVersion>> {
    const kept = new Map<TableName, TableVersion>()
    for (const [table, { place, base }] of this.#made) {
      const now = touched.find(({ name }) => name === table)
      if (now?.written === true) kept.set(table, { place: { ...place, location: now.location }, base })
      else if (place.location !== null) await this.#store.drop(place.location)
    }
    return kept
  }

  /** Removes every version that the run made: it defines nothing. */
  async discard(): Promise<void> {
    await this.finish([])
  }
}

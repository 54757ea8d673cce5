import type { CellKind } from '../notebook/index.ts'

/** One execution of one cell. Unique in a project for ever; a version's id is the run that made it. */
export type RunId = string

/** A table as user code names it: `catalog.schema.table`, lower case, without quotes. */
export type TableName = string

/**
 * Where a user's table really is during a run. The worker rewrites names where plans leave it, and registers `physical` with the
 * engine at its first use.
 */
export interface TablePlace {
  /** The two-level name that the engine knows it by, such as `base__main__sales`.`orders`, unquoted: `base__main__sales.orders`. */
  readonly physical: string
  /** The folder that holds it, absolute; null: it does not exist yet, and is made as a managed table of its physical schema. */
  readonly location: string | null
  /** The folder of the physical schema, absolute. */
  readonly schemaLocation: string
}

/** A value on its way to the page: a MIME bundle, or a table by pages. */
export interface Output {
  /** `text/plain`, `text/html`, `image/png` (base64), `application/vnd.vegalite.v5+json`, … or `application/vnd.dagbook.table+json`. */
  readonly data: Readonly<Record<string, unknown>>
}

/** What `application/vnd.dagbook.table+json` holds. The rows are Arrow IPC streams, one a page, in one file. */
export interface TableOutput {
  /** File name under the results folder; served as `/results/<file>?page=N`. */
  readonly file: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Rows kept in the file; more: the frame has further rows that were not fetched. */
  readonly rows: number
  readonly more: boolean
  /** Byte offsets of the pages in the file, with the file's length at the end. Every page but the last has `pageRows` rows. */
  readonly pages: readonly number[]
  readonly pageRows: number
}

/** An exception of user code, told for people. Lines count from 1 in the cell's own source. */
export interface RunError {
  readonly name: string
  readonly message: string
  readonly line: number | null
  readonly traceback: readonly TraceFrame[]
}
export interface TraceFrame {
  /** The title of the cell for notebook code, the path otherwise. */
  readonly file: string
  readonly line: number
  readonly function: string
  readonly text: string
  /** True where the frame is code of the notebook. */
  readonly own: boolean
}

/** Ask the worker to run a cell. */
export interface RunRequest {
  readonly run: RunId
  /** What tracebacks call it. */
  readonly title: string
  readonly kind: CellKind
  readonly source: string
  /** The extra name of a SQL cell's frame. */
  readonly as: string | null
  /**
   * The module dictionary is set to exactly these names before the run (a session). null: it is left as it is, and no trace is taken
   * (a task of a job).
   */
  readonly checkout: Checkout | null
  /** The values of the parameters; what is not here has the default that the notebook declares. */
  readonly parameters: Readonly<Record<string, string>>
  /** User's table → where it is for this run. Asked for (`place`) when user code names another. */
  readonly tables: Readonly<Record<TableName, TablePlace>>
  /** Runs whose versions nobody will ask for again: the worker lets go of their values before this run. */
  readonly drop?: readonly RunId[]
}

/** The world at a cell's place: name → the run that made the version which is current there. */
export interface Checkout {
  readonly names: Readonly<Record<string, RunId>>
  /** Names that must still be what their runs recorded, or the run is refused as `spoiled`. */
  readonly needs: readonly string[]
  /** Temp view → the run that defined the version which is current there. */
  readonly views: Readonly<Record<string, RunId>>
}

/** What a run left behind. */
export interface RunOutcome {
  /** `spoiled`: nothing was run, because values that it needs were changed in place since (or are gone): see `spoiled`. */
  readonly state: 'ok' | 'failed' | 'interrupted' | 'exited' | 'spoiled'
  /** `repr` of the last expression, "" for none. */
  readonly text: string
  readonly error: RunError | null
  /** The value given to `dbutils.notebook.exit`, when `exited`. */
  readonly exit: string | null
  /**
   * Names it bound or changed in place, with a digest of the value; a changed digest makes readers stale. Empty unless `ok`/`exited`.
   * What follows a `~` differs from run to run (an iterator, a connection, an object that others hold): where a run is only
   * repeated to have its values again, what stands before it must be equal.
   */
  readonly writes: readonly { readonly name: string; readonly digest: string }[]
  /** Names it unbound. */
  readonly deletes: readonly string[]
  /** Names from above that it may have looked up although nobody had foreseen it; also names that were not there. */
  readonly reads: readonly string[]
  /**
   * Which of `writes` share objects with which other names: a later change in place of one is a change of the other. So a run that
   * changes a name in place fits only where that name shares objects with the same names as it did then.
   */
  readonly shares?: readonly { readonly name: string; readonly with: readonly string[] }[]
  /**
   * Loaded modules of the project whose state the run changed, beyond importing them: names such as `utils.cleaning`. Their objects
   * are reached through any import, by any name. Told with a checkout, whatever became of the run.
   */
  readonly modules?: readonly string[] | undefined
  /**
   * Settings of the process that the run changed and that belong to no name: `pandas`, `matplotlib`, `numpy`, `decimal`, `logging`,
   * `environ`, `cwd`, `path`, `warnings`, `locale`, `module:<name>` (an attribute of a library module, or of a class of that
   * library, was bound anew). Told with a checkout, whatever became of the run.
   */
  readonly settings?: readonly string[] | undefined
  /** Temp views it defined or dropped. */
  readonly views: readonly { readonly name: string; readonly dropped: boolean }[]
  /** Tables it touched, with where they are now; `location` null: dropped. */
  readonly tables: readonly { readonly name: TableName; readonly written: boolean; readonly location: string | null }[]
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  /** Names whose versions cannot be had from this process any more, when `spoiled`. */
  readonly spoiled: readonly string[]
}

/** What a run says while it goes on. */
export interface RunEvents {
  stdout?(text: string, stream: 'stdout' | 'stderr'): void
  output?(output: Output): void
  /** `dbutils.jobs.taskValues.set`. `value` is JSON. */
  taskValue?(key: string, value: unknown): void
}

/** What a worker asks its owner for while it runs a cell. */
export interface WorkerHost {
  /** Where a table is for the running cell; `write`: it is about to change it. */
  place(table: TableName, write: boolean): Promise<TablePlace>
  /** Every table (and view) that is there at the place of the running cell. Without it only those that the run has named are known. */
  tables?(): Promise<readonly TableName[]>
  /** `dbutils.jobs.taskValues.get`; undefined: not set. */
  taskValue?(task: string, key: string): Promise<unknown>
  /**
   * `dbutils.notebook.run`: runs a notebook in a process of its own; the value that it gave to `dbutils.notebook.exit`. `timeout` in
   * seconds, 0: none. Without it notebooks cannot be called from here.
   */
  notebook?(path: string, timeout: number, parameters: Readonly<Record<string, string>>): Promise<string>
  /** The engine's address (`sc://127.0.0.1:port/;token=…`); starts it if needed. Called when user code first touches `spark`. */
  engine(): Promise<string>
}

/** A Python process that runs cells, one at a time. */
export interface Worker {
  readonly python: string
  run(request: RunRequest, events: RunEvents): Promise<RunOutcome>
  /** Ends the running cell with KeyboardInterrupt. */
  interrupt(): void
  /** Ends the process, at once if it must be. */
  stop(): Promise<void>
  /** Resolves when the process has ended, with the reason for people (`killed by signal 9`, …). */
  readonly ended: Promise<string>
}

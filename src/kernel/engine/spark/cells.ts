import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Namespace } from '../../analysis/sql/index.ts'
import type { RunId, TableName, TablePlace } from '../protocol.ts'
import type { Warehouse } from '../warehouse/index.ts'
import { rewriteForEngine, type RewriteContext } from './rewrite.ts'

/** The Python that tests run. */
export const testPython =
  process.env['DAGBOOK_TEST_PYTHON'] ?? join(import.meta.dirname, '../../../../.venv/bin/python')

/** What became of a test's cell. */
export interface CellEnd {
  readonly shown: readonly unknown[]
  readonly error: readonly [name: string, message: string, line: number | null, offset: number | null] | null
  readonly missing: readonly string[]
  readonly tables: readonly { name: TableName; written: boolean; location: string | null }[]
  readonly views: readonly { name: string; dropped: boolean }[]
}

type Question =
  | { readonly ask: 'place'; readonly table: TableName; readonly write: boolean }
  | { readonly ask: 'tables' }
  | ({ readonly ask: 'rewrite'; readonly sql: string; readonly namespace: Namespace } & RewriteContext)

/** What a test's cell sees: tables where others than the project's are meant, and views; null: those of earlier cells. */
export interface CellWorld {
  readonly above?: ReadonlyMap<TableName, TablePlace>
  readonly views?: Readonly<Record<string, RunId>> | null
}

/** For tests: a Python process with the worker's Spark modules, and the part of a session that gives tables their places. */
export class Cells {
  readonly #warehouse: Warehouse
  readonly #child
  readonly #lines: AsyncIterator<string, undefined>
  /** `null`: cells write the project's tables, as jobs do. */
  readonly draft: string | null
  address: string

  constructor(options: { project: string; warehouse: Warehouse; address: string; draft: string | null }) {
    this.#warehouse = options.warehouse
    this.address = options.address
    this.draft = options.draft
    const script = join(import.meta.dirname, 'cells.py')
    this.#child = spawn(testPython, [script], { cwd: options.project, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** Runs a cell. Returns how it ended and the versions of tables that it made. */
  async run(run: RunId, code: string, world: CellWorld = {}): Promise<CellEnd & { made: Map<TableName, TablePlace> }> {
    const places = new Map<TableName, TablePlace>(world.above)
    const made = new Map<TableName, TablePlace>()
    const place = async (table: TableName, write: boolean): Promise<TablePlace> => {
      const own = made.get(table)
      if (own !== undefined) return own
      const above = places.get(table) ?? (await this.#warehouse.basePlace(table))
      places.set(table, above)
      if (!write) return above
      const version =
        this.draft === null ? above : await this.#warehouse.newVersion(this.draft, table, above.location, run)
      made.set(table, version)
      return version
    }
    this.#send({ run, code, address: this.address, tables: Object.fromEntries(places), views: world.views ?? null })
    for (;;) {
      const line = await this.#lines.next()
      if (line.done === true) throw new Error('The Python process ended.')
      const message = JSON.parse(line.value) as Question | CellEnd
      if (!('ask' in message)) {
        for (const [name, version] of made) {
          const now = message.tables.find((table) => table.name === name)
          if (now?.written === true) made.set(name, { ...version, location: now.location })
          else made.delete(name)
        }
        return { ...message, made }
      }
      if (message.ask === 'tables') {
        const all = new Set(await this.#warehouse.list())
        for (const [name, { location }] of world.above ?? []) {
          if (location === null) all.delete(name)
          else all.add(name)
        }
        this.#send({ value: [...all] })
      } else await this.#answer(message, place)
    }
  }

  async #answer(
    message: Exclude<Question, { ask: 'tables' }>,
    place: (table: string, write: boolean) => Promise<TablePlace>,
  ) {
    try {
      const value =
        message.ask === 'place'
          ? await place(message.table, message.write)
          : await rewriteForEngine(message.sql, place, message.namespace, message)
      this.#send({ value })
    } catch (error) {
      this.#send({ error: String(error) })
    }
  }

  #send(message: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`)
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}

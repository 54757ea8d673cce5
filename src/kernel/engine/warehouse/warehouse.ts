import { existsSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Problem } from '../../problem/index.ts'
import type { RunId, TableName, TablePlace } from '../protocol.ts'
import { copyTable } from './copy.ts'
import { isView, readLog, stampOf, type Stamp } from './delta-log.ts'
import { decodePart, encodePart, isInside, physicalSchema, schemaFolder, tableParts } from './names.ts'
import { isOwned, own } from './owner.ts'
import { finishPromotion, promoteTables, type Promotion } from './promote.ts'

/**
 * The tables of a project, as plain Delta folders that any tool can read: the base at
 * `.dagbook/warehouse/<catalog>/<schema>/<table>`, versions of drafts at `.dagbook/drafts/<draft>/<run>/<catalog>/<schema>/`.
 */
export class Warehouse {
  readonly #base: string
  readonly #drafts: string
  readonly #journal: string
  readonly #owned = new Set<string>()

  constructor(project: string) {
    const own = join(resolve(project), '.dagbook')
    this.#base = join(own, 'warehouse')
    this.#drafts = join(own, 'drafts')
    this.#journal = join(own, 'promotion.json')
  }

  /** The project's tables and views, in order of their names. */
  async list(): Promise<TableName[]> {
    const names: TableName[] = []
    for (const catalog of await folders(this.#base)) {
      for (const schema of await folders(join(this.#base, catalog))) {
        const parts = [decodePart(catalog), decodePart(schema)]
        if (parts.includes(null)) continue
        for (const table of await folders(join(this.#base, catalog, schema))) {
          const folder = join(this.#base, catalog, schema, table)
          if (isView(folder) || existsSync(join(folder, '_delta_log'))) names.push([...parts, table].join('.'))
        }
      }
    }
    return names.sort()
  }

  /** The state of the project's table, in about a millisecond; null: there is none. */
  stamp(table: TableName): Promise<Stamp | null> {
    return stampOf(this.#baseFolder(table))
  }

  /** Where the project's table is; its `location` is null if there is none. */
  async basePlace(table: TableName): Promise<TablePlace> {
    const [catalog, schema, leaf] = tableParts(table)
    const location = this.#baseFolder(table)
    return {
      physical: `${physicalSchema(['base'], catalog, schema)}.${leaf}`,
      location: isView(location) || (await readLog(location)) !== null ? location : null,
      schemaLocation: schemaFolder(this.#base, catalog, schema),
    }
  }

  /** A new version of a table for a run, a copy of what is at `from` (null: empty), which the run may change as it likes. */
  async newVersion(draft: string, table: TableName, from: string | null, run: RunId): Promise<TablePlace> {
    const [catalog, schema, leaf] = tableParts(table)
    await this.#ownDraft(draft)
    const schemaLocation = schemaFolder(join(this.#draftFolder(draft), encodePart(run)), catalog, schema)
    const physical = `${physicalSchema([draft, run], catalog, schema)}.${leaf}`
    if (from === null) return { physical, location: null, schemaLocation }
    // Not where Spark puts a table of this name: after DROP TABLE, CREATE TABLE wants that folder empty.
    const location = join(schemaLocation, `${leaf}.version`)
    await rm(location, { recursive: true, force: true })
    await copyTable(from, location).catch((error: unknown) => {
      const what = `A version of the table ${table} could not be made.`
      throw new Problem('DB-1205', what, { path: from }, undefined, error)
    })
    return { physical, location, schemaLocation }
  }

  /** Removes a version that nobody needs. Leaves alone what is no version of a draft: the project's tables, folders elsewhere. */
  async drop(location: string): Promise<void> {
    if (!isInside(this.#drafts, location) || resolve(location) === this.#drafts) return
    await rm(location, { recursive: true, force: true })
    for (let folder = dirname(resolve(location)); dirname(dirname(folder)) !== this.#drafts; folder = dirname(folder)) {
      if (!isInside(this.#drafts, folder)) return
      await rmdir(folder).catch(() => {})
    }
  }

  /** Makes versions of the draft the project's tables, all or none. Throws DB-1304 if one of these changed meanwhile. */
  async promote(_draft: string, promotions: readonly Promotion[]): Promise<void> {
    await promoteTables(this.#journal, promotions, (table) => this.#baseFolder(table))
  }

  /** Removes a draft with all its versions. */
  async dropDraft(draft: string): Promise<void> {
    this.#owned.delete(draft)
    await rm(this.#draftFolder(draft), { recursive: true, force: true })
  }

  /** Removes the drafts of processes that are gone, except those in `keep`. Returns their names. */
  async collectDrafts(keep: readonly string[] = []): Promise<string[]> {
    const gone: string[] = []
    for (const folder of await folders(this.#drafts)) {
      const draft = decodePart(folder)
      if (draft === null || keep.includes(draft) || (await isOwned(join(this.#drafts, folder)))) continue
      await this.dropDraft(draft)
      gone.push(draft)
    }
    return gone
  }

  #baseFolder(table: TableName): string {
    const [catalog, schema, leaf] = tableParts(table)
    return join(schemaFolder(this.#base, catalog, schema), leaf)
  }

  #draftFolder(draft: string): string {
    return join(this.#drafts, encodePart(draft))
  }

  async #ownDraft(draft: string): Promise<void> {
    if (this.#owned.has(draft)) return
    await own(this.#draftFolder(draft))
    this.#owned.add(draft)
  }

  /** Finishes what a process that died while it saved a draft had begun. */
  async recover(): Promise<void> {
    await finishPromotion(this.#journal)
  }
}

/** Opens the tables of a project. Needs no engine, and does not look at the tables. */
export async function openWarehouse(project: string): Promise<Warehouse> {
  const warehouse = new Warehouse(project)
  await warehouse.recover().catch((error: unknown) => {
    // Another process is saving right now: that is its business.
    if (!(error instanceof Problem && error.code === 'DB-1304')) throw error
  })
  return warehouse
}

async function folders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

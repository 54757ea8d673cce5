import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The file that holds the definition of a view, in a folder like a table's; the worker writes and reads it. */
const VIEW = '_view.json'

/** Whether the folder holds a view instead of a table. */
export function isView(location: string): boolean {
  return existsSync(join(location, VIEW))
}

/** The state of a table or view: equal stamps mean equal content. */
export type Stamp = string

const COMMIT = /^(\d{20})\.json$/
const CHECKPOINT = /^(\d{20})\.checkpoint\..*parquet$/

/** The files of a table's `_delta_log` by name; null: there is no such table. */
export async function readLog(location: string): Promise<string[] | null> {
  try {
    const names = await readdir(join(location, '_delta_log'))
    return names.some((name) => logVersion(name) !== null) ? names : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** The version that a file of the log belongs to, if it is a commit or a checkpoint. */
export function logVersion(name: string): number | null {
  const match = COMMIT.exec(name) ?? CHECKPOINT.exec(name)
  return match === null ? null : Number(match[1])
}

/** Whether the file is a commit: written once, never changed. */
export function isCommit(name: string): boolean {
  return COMMIT.test(name)
}

/** The name of the newest commit, or of the newest checkpoint where the commits were cleaned up. */
export function newest(names: readonly string[]): string {
  const known = names.filter((name) => logVersion(name) !== null)
  const last = Math.max(...known.map((name) => logVersion(name)!))
  const files = known.filter((name) => logVersion(name) === last)
  return files.find(isCommit) ?? files.sort()[0]!
}

/** The stamp of the table in the folder: its newest version, with a digest of the commit that made it. null: no table is there. */
export async function stampOf(location: string): Promise<Stamp | null> {
  if (isView(location)) return `view-${await digest(join(location, VIEW))}`
  const names = await readLog(location)
  if (names === null) return null
  const name = newest(names)
  return `${logVersion(name)}-${await digest(join(location, '_delta_log', name))}`
}

/** A digest of the first 64 KB and the length: a commit begins with a transaction id of its own. */
async function digest(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0)
    const { size } = await file.stat()
    return createHash('sha256').update(`${size} `).update(buffer.subarray(0, bytesRead)).digest('hex').slice(0, 16)
  } finally {
    await file.close()
  }
}

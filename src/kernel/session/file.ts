import { createHash, randomBytes } from 'node:crypto'
import { watch } from 'node:fs'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../problem/index.ts'

/** A file as it was when we last saw it: its bytes and a hash of them. */
export interface FileState {
  readonly bytes: Uint8Array
  readonly hash: string
}

/** Reads a file. Throws DB-1005 if there is none, DB-1006 if it cannot be read. */
export async function readFileState(path: string): Promise<FileState> {
  try {
    const bytes = await readFile(path)
    return { bytes, hash: hashOf(bytes) }
  } catch (error) {
    if (code(error) === 'ENOENT') throw new Problem('DB-1005', 'There is no such file.', { path })
    if (code(error) === 'EISDIR')
      throw new Problem('DB-1006', 'This is a folder, not a notebook.', { path }, 'Open a file in it.')
    throw new Problem('DB-1006', `The file cannot be read: ${text(error)}.`, { path }, undefined, error)
  }
}

/**
 * Writes a file whole or not at all: beside it, flushed, then renamed over it. A link stays one: what it leads to is written. Throws DB-1008 when that fails, DB-1009 when the file
 * no longer has the hash `expected` (null: overwrite whatever is there).
 */
export async function writeFileAtomically(path: string, content: string, expected: string | null): Promise<FileState> {
  if (expected !== null) {
    const now = await readFile(path).then(hashOf, () => null)
    if (now !== null && now !== expected)
      throw new Problem('DB-1009', 'The file was changed outside since it was read.', { path })
  }
  const bytes = Buffer.from(content, 'utf8')
  const target = await realpath(path).catch(() => path)
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const mode = await stat(target).then(
      (found) => found.mode,
      () => undefined,
    )
    // A file that may not be written must stay as it is, although the folder would allow to replace it.
    if (mode !== undefined) await (await open(target, 'r+')).close()
    const file = await open(beside, 'wx', mode)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw new Problem('DB-1008', `The file could not be written: ${text(error)}.`, { path }, undefined, error)
  }
  return { bytes, hash: hashOf(bytes) }
}

/** How long a file has to be left alone before a change of it is told, in milliseconds: editors write in several steps. */
const SETTLED = 100

/** Tells whenever a file may have been changed; returns how to stop. Where the system cannot watch, nothing is told. */
export function watchFile(path: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  try {
    // The folder, because a file that is replaced is another file.
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name !== null && name !== basename(path)) return
      clearTimeout(timer)
      timer = setTimeout(changed, SETTLED)
    })
    watcher.on('error', () => watcher.close())
    return () => {
      clearTimeout(timer)
      watcher.close()
    }
  } catch {
    return () => undefined
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function code(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** The system's words for a failed file operation, without the path that our own message names. */
function text(error: unknown): string {
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOENT: 'its folder is missing',
    EDQUOT: 'the disk quota is used up',
  }
  return words[code(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
}

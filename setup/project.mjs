import { createHash } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. Everything the set-up makes lies below it. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

/** What the set-up keeps and may make again at any time: stamps, logs, tools, the test browser. */
export const cache = join(root, '.cache')

/** The built programs. */
export const out = join(root, 'out')

/** @param {...string} parts names below the checkout @returns {string} an absolute path */
export const inProject = (...parts) => join(root, ...parts)

/** @param {import('node:crypto').BinaryLike} content @returns {string} a hash in hex digits */
export const hash = (content) => createHash('sha256').update(content).digest('hex')

/** @param {string} folder @returns {boolean} whether this process may make files there */
export function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Where npm and uv keep what they downloaded: their usual place, which other projects share, or ours where a person has
 * no home to write to.
 * @param {string} variable the one that names the place, such as UV_CACHE_DIR
 * @returns {NodeJS.ProcessEnv} what to add to their environment
 */
export const downloadsTo = (variable) =>
  isWritable(homedir()) ? {} : { [variable]: join(cache, 'downloads', variable) }

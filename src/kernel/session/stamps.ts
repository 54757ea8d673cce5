import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { resourceKind, resourceName, type Resource } from '../analysis/index.ts'
import { notebookExtensions } from '../notebook/index.ts'

/** Where the outside world is read from. */
export interface Outside {
  readonly project: string
  /** Identity of a base table's content; null if there is none. */
  tableStamp(table: string): Promise<string | null>
}

/**
 * The state of what a notebook reads and does not make itself: base tables, files, project modules. A stamp is text that
 * changes when the content may have changed.
 */
export class Stamps {
  readonly #outside: Outside
  readonly #stamps = new Map<Resource, string>()

  constructor(outside: Outside) {
    this.#outside = outside
  }

  /** The stamp as of the last `refresh`; "" for what has none. */
  of(resource: Resource): string {
    return this.#stamps.get(resource) ?? ''
  }

  /** Looks at the outside world again. Returns the resources whose stamp is another one now. */
  async refresh(resources: Iterable<Resource>): Promise<Set<Resource>> {
    const changed = new Set<Resource>()
    for (const resource of new Set(resources)) {
      // What cannot be looked at (a name that the file system refuses) has a stamp too.
      const stamp = await this.#read(resource).catch((error: unknown) => `unreadable: ${String(error)}`)
      if (stamp === this.#stamps.get(resource)) continue
      this.#stamps.set(resource, stamp)
      changed.add(resource)
    }
    return changed
  }

  async #read(resource: Resource): Promise<string> {
    const name = resourceName(resource)
    switch (resourceKind(resource)) {
      case 'table':
        return name === '*' ? '' : ((await this.#outside.tableStamp(name)) ?? 'absent')
      case 'path':
        return name === '*' ? '' : pathStamp(resolve(this.#outside.project, folderOfPattern(name)))
      case 'module':
        return contentStamp(join(this.#outside.project, ...name.split('.')))
      case 'notebook':
        return contentStamp(resolve(this.#outside.project, name))
      default:
        return ''
    }
  }
}

/** The folder that holds all files which fit a pattern; a path that is none stands for itself. */
function folderOfPattern(path: string): string {
  return path.replace(/(^|\/)[^/]*[*?[{].*$/, '$1')
}

/** Sizes and times of a file, or of the files in a folder (two levels, 2,000 entries: enough for data folders, cheap for others). */
export async function pathStamp(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found === null) return 'absent'
  if (!found.isDirectory()) return `${found.size}@${found.mtimeMs}`
  const hash = createHash('sha256')
  let left = 2000
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left-- <= 0) return
      const inside = join(folder, entry.name)
      const info = await stat(inside).catch(() => null)
      hash.update(`${entry.name}:${info?.size}@${info?.mtimeMs}\n`)
      if (entry.isDirectory() && depth > 0) await walk(inside, depth - 1)
    }
  }
  await walk(path, 1)
  return hash.digest('hex')
}

/** The hash of a module's or a notebook's text, given without its extension. */
async function contentStamp(path: string): Promise<string> {
  const names = [path, ...notebookExtensions.map((extension) => path + extension), join(path, '__init__.py')]
  for (const candidate of names) {
    const bytes = await readFile(candidate).catch(() => null)
    if (bytes !== null) return createHash('sha256').update(bytes).digest('hex')
  }
  return 'absent'
}

/**
 * A path as the steps from its root. The spellings of one file are one: `dbfs:/x`, `/dbfs/x` and `/x`; what follows the first
 * wildcard is any file of its folder.
 */
export function pathSteps(path: string): readonly string[] {
  const plain = path
    .replace(/^dbfs:\/*/, '/')
    .replace(/^\/dbfs\//, '/')
    .replace(/^file:\/*/, '/')
  const scheme = /^[a-z][a-z0-9+.-]*:\/*/i.exec(plain)?.[0] ?? ''
  const steps: string[] = [scheme !== '' ? scheme.replace(/\/+$/, '').toLowerCase() : plain.startsWith('/') ? '/' : '.']
  for (const step of plain.slice(scheme.length).split('/')) {
    if (/[*?[{]/.test(step)) break
    if (step === '..' && steps.length > 1) steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps
}

interface Folder<T> {
  readonly folders: Map<string, Folder<T>>
  value?: T
}

/** Values by path, found by the paths that overlap: a folder overlaps with everything below it. */
export class PathTree<T> {
  readonly #root: Folder<T> = { folders: new Map() }

  /** The value at a path, made if there is none. */
  at(path: string, make: () => T): T {
    let folder = this.#root
    for (const step of pathSteps(path)) {
      let next = folder.folders.get(step)
      if (next === undefined) folder.folders.set(step, (next = { folders: new Map() }))
      folder = next
    }
    return (folder.value ??= make())
  }

  /** The values of the folders above a path, and of the path and everything below it. */
  overlapping(path: string): { above: T[]; within: T[] } {
    const above: T[] = []
    let folder: Folder<T> | undefined = this.#root
    for (const step of pathSteps(path)) {
      if (folder.value !== undefined) above.push(folder.value)
      folder = folder.folders.get(step)
      if (folder === undefined) return { above, within: [] }
    }
    const within: T[] = []
    const collect = ({ value, folders }: Folder<T>): void => {
      if (value !== undefined) within.push(value)
      for (const inner of folders.values()) collect(inner)
    }
    collect(folder)
    return { above, within }
  }
}

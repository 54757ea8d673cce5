/**
 * A path as the steps from its root. The spellings of one file are one (`dbfs:/x`, `/dbfs/x` and `/x`, `s3a:` and `s3:`); what follows the first
 * wildcard is any file of its folder.
 */
export function pathSteps(path: string): readonly string[] {
  const plain = path
    .replace(/^dbfs:\/*/, '/')
    .replace(/^\/dbfs\//, '/')
    .replace(/^file:\/*/, '/')
    .replace(/^s3[an]:/i, 's3:')
    .replace(/^(abfs|wasb):/i, '$1s:')
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

/** Values by place, found by the places that overlap: a folder overlaps with everything below it, a schema with its tables. */
export class PlaceTree<T> {
  readonly #root: Folder<T> = { folders: new Map() }
  readonly #steps: (place: string) => readonly string[]

  /** `steps`: the way to a place from the root. */
  constructor(steps: (place: string) => readonly string[]) {
    this.#steps = steps
  }

  /** The value at a place, made if there is none. */
  at(place: string, make: () => T): T {
    let folder = this.#root
    for (const step of this.#steps(place)) {
      let next = folder.folders.get(step)
      if (next === undefined) folder.folders.set(step, (next = { folders: new Map() }))
      folder = next
    }
    return (folder.value ??= make())
  }

  /** The values of the places around one, its own, and those of everything in it. */
  overlapping(place: string): { above: T[]; own: T | undefined; inside: T[] } {
    const above: T[] = []
    let folder: Folder<T> | undefined = this.#root
    for (const step of this.#steps(place)) {
      if (folder.value !== undefined) above.push(folder.value)
      folder = folder.folders.get(step)
      if (folder === undefined) return { above, own: undefined, inside: [] }
    }
    const inside: T[] = []
    const collect = ({ value, folders }: Folder<T>): void => {
      if (value !== undefined) inside.push(value)
      for (const inner of folders.values()) collect(inner)
    }
    for (const inner of folder.folders.values()) collect(inner)
    return { above, own: folder.value, inside }
  }
}

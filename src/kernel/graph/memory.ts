import { resourceKind, resourceName, type Mode, type Resource, type Span } from '../analysis/index.ts'
import type { EdgeList } from './edges.ts'
import type { Order, ReasonKind } from './graph.ts'
import { PathTree } from './paths.ts'

/** A cell that touched something, and where it says so. */
export interface Access {
  readonly cell: number
  readonly where: Span
  readonly resource: Resource
}

/** What was done last to one resource. */
interface Track {
  write: Access | null
  /** Those who read it since. */
  readers: Access[]
}

/**
 * Tables, views, files, session state and the like: one place each, which all cells share. Everything that cells do to the same
 * place keeps the order of the notebook, unless they only read. What has no known name (`table:*`) may be any place of its kind.
 */
export class Memory {
  readonly #edges: EdgeList
  readonly #kinds = new Map<string, Places>()

  constructor(edges: EdgeList) {
    this.#edges = edges
  }

  /** The cell that wrote a resource last, if any. */
  lastWrite(resource: Resource): Access | null {
    return this.#of(resource).lastWrite(resource)
  }

  /** Notes what a cell does, in the order of the notebook, and makes the edges. */
  note(mode: Mode, access: Access): void {
    const places = this.#of(access.resource)
    if (mode !== 'write')
      for (const write of places.writesSeen(access.resource)) this.#add(write, access, 'read-after-write')
    if (mode === 'read') return places.addReader(access)
    for (const write of places.writesSeen(access.resource)) this.#add(write, access, 'write-after-write')
    for (const reader of places.readersSeen(access.resource)) this.#add(reader, access, 'write-after-read')
    places.setWrite(access, mode === 'write')
  }

  #of(resource: Resource): Places {
    const kind = resourceKind(resource)
    let places = this.#kinds.get(kind)
    if (places === undefined) this.#kinds.set(kind, (places = kind === 'path' ? new PathPlaces() : new NamedPlaces()))
    return places
  }

  #add(from: Access, to: Access, order: Order): void {
    const resource = isAny(to.resource) ? from.resource : to.resource
    const kind = resourceKind(resource) as ReasonKind
    this.#edges.add(from.cell, to.cell, { kind, resource, order, from: from.where, to: to.where })
  }
}

function isAny(resource: Resource): boolean {
  return resource.endsWith(':*')
}

/** The places of one kind. */
abstract class Places {
  /** The last cell that wrote a place without a known name, and those who read one since. */
  #anyWrite: Access | null = null
  #anyReaders: Access[] = []
  /** Places touched since then: what was before is ordered by it. */
  readonly #touched = new Set<Track>()

  protected abstract track(resource: Resource): Track
  /** The tracks of all places that overlap with this one; `within`: those that a write of this one replaces. */
  protected abstract overlapping(resource: Resource): { above: readonly Track[]; within: readonly Track[] }

  lastWrite(resource: Resource): Access | null {
    return this.writesSeen(resource).reduce<Access | null>(
      (last, write) => (last === null || write.cell >= last.cell ? write : last),
      null,
    )
  }

  /** The writes whose result is there. */
  writesSeen(resource: Resource): Access[] {
    const any = this.#anyWrite
    if (isAny(resource))
      return [...(any === null ? [] : [any]), ...[...this.#touched].flatMap(({ write }) => write ?? [])]
    const { above, within } = this.overlapping(resource)
    const writes = [...above, ...within].flatMap(({ write }) => write ?? [])
    const last = Math.max(-1, ...writes.map(({ cell }) => cell))
    return any !== null && any.cell >= last ? [...writes, any] : writes
  }

  /** The reads that a write must wait for. */
  readersSeen(resource: Resource): Access[] {
    if (isAny(resource)) return [...this.#anyReaders, ...[...this.#touched].flatMap(({ readers }) => readers)]
    const { above, within } = this.overlapping(resource)
    const since = Math.max(-1, ...[...above, ...within].map(({ write }) => write?.cell ?? -1))
    return [
      ...[...above, ...within].flatMap(({ readers }) => readers),
      ...this.#anyReaders.filter(({ cell }) => cell >= since),
    ]
  }

  addReader(access: Access): void {
    if (isAny(access.resource)) {
      this.#anyReaders.push(access)
      return
    }
    const track = this.track(access.resource)
    if (track.readers.at(-1)?.cell !== access.cell) track.readers.push(access)
    this.#touched.add(track)
  }

  setWrite(access: Access, replaces: boolean): void {
    if (isAny(access.resource)) {
      this.#anyWrite = access
      this.#anyReaders = []
      for (const track of this.#touched) track.readers = []
      this.#touched.clear()
      return
    }
    const own = this.track(access.resource)
    for (const track of this.overlapping(access.resource).within) {
      track.readers = []
      if (replaces) track.write = null
    }
    own.write = access
    own.readers = []
    this.#touched.add(own)
  }
}

class NamedPlaces extends Places {
  readonly #tracks = new Map<Resource, Track>()

  protected track(resource: Resource): Track {
    let track = this.#tracks.get(resource)
    if (track === undefined) this.#tracks.set(resource, (track = { write: null, readers: [] }))
    return track
  }

  protected overlapping(resource: Resource): { above: Track[]; within: Track[] } {
    const track = this.#tracks.get(resource)
    return { above: [], within: track === undefined ? [] : [track] }
  }
}

class PathPlaces extends Places {
  readonly #tree = new PathTree<Track>()

  protected track(resource: Resource): Track {
    return this.#tree.at(resourceName(resource), () => ({ write: null, readers: [] }))
  }

  protected overlapping(resource: Resource): { above: Track[]; within: Track[] } {
    return this.#tree.overlapping(resourceName(resource))
  }
}

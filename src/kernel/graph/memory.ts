import { resourceKind, resourceName, type Mode, type Resource, type Span } from '../analysis/index.ts'
import type { EdgeList } from './edges.ts'
import type { Order, ReasonKind } from './graph.ts'
import { pathSteps, PlaceTree } from './paths.ts'

/** A cell that touched something, and where it says so. */
export interface Access {
  readonly cell: number
  readonly where: Span
  readonly resource: Resource
  /** It happens for sure. */
  readonly sure: boolean
  /** It dropped what is written: a temp view's name means the table again. */
  readonly drops?: boolean
  /** Of a schema or catalog: it concerns whether that is there, not what is in it. */
  readonly shallow?: boolean
}

/** What was done last to one resource. */
interface Track {
  write: Access | null
  /** Who last saw to it that the schema or catalog is there. */
  made: Access | null
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

  /** The cell that wrote a resource last, if any. Who makes a schema does not write the tables in it. */
  lastWrite(resource: Resource): Access | null {
    return this.#of(resource).lastWrite(resource)
  }

  /** Notes what a cell does, in the order of the notebook, and makes the edges. */
  note(mode: Mode, access: Access): void {
    const places = this.#of(access.resource)
    const writes = places.writesSeen(access)
    if (mode !== 'write') for (const write of writes) this.#add(write, access, 'read-after-write')
    if (mode === 'read') return places.addReader(access)
    // What is written needs the schema that it is in.
    for (const write of writes) this.#add(write, access, write.shallow ? 'read-after-write' : 'write-after-write')
    for (const reader of places.readersSeen(access)) this.#add(reader, access, 'write-after-read')
    places.setWrite(access, mode === 'write')
  }

  #of(resource: Resource): Places {
    const kind = resourceKind(resource)
    let places = this.#kinds.get(kind)
    if (places === undefined) this.#kinds.set(kind, (places = new Places(stepsOf.get(kind) ?? itself)))
    return places
  }

  #add(from: Access, to: Access, order: Order): void {
    const resource = isAny(to.resource) ? from.resource : to.resource
    const kind = resourceKind(resource) as ReasonKind
    this.#edges.add(from.cell, to.cell, { kind, resource, order, from: from.where, to: to.where })
  }
}

/** Kinds whose places hold others: folders, and schemas and catalogs. */
const stepsOf: ReadonlyMap<string, (place: string) => readonly string[]> = new Map([
  ['path', pathSteps],
  ['table', (name: string) => name.split('.')],
])

function itself(place: string): readonly string[] {
  return [place]
}

function isAny(resource: Resource): boolean {
  return resource.endsWith(':*')
}

/** The places of one kind. */
class Places {
  readonly #tree: PlaceTree<Track>
  /** The last cell that wrote a place without a known name, and those who read one since. */
  #anyWrite: Access | null = null
  #anyReaders: Access[] = []
  /** Places touched since then: what was before is ordered by it. */
  readonly #touched = new Set<Track>()

  constructor(steps: (place: string) => readonly string[]) {
    this.#tree = new PlaceTree(steps)
  }

  lastWrite(resource: Resource): Access | null {
    if (isAny(resource)) return latest(this.#writesOfAny())
    const { around, own, inside } = this.#overlapping(resource)
    const writes = [...around, ...own, ...inside].flatMap(({ write }) => write ?? [])
    return latest(this.#withAny([...writes, ...own.flatMap(({ made }) => made ?? [])]))
  }

  /** The writes whose result is there. */
  writesSeen({ resource, shallow }: Access): Access[] {
    if (isAny(resource)) return this.#writesOfAny()
    const { around, own, inside } = this.#overlapping(resource)
    return this.#withAny((shallow ? [...around, ...own] : [...around, ...own, ...inside]).flatMap(writesOf))
  }

  /** The reads that a write must wait for. */
  readersSeen({ resource, shallow }: Access): Access[] {
    if (isAny(resource)) return [...this.#anyReaders, ...[...this.#touched].flatMap(({ readers }) => readers)]
    const { around, own, inside } = this.#overlapping(resource)
    const seen = shallow ? [...around, ...own] : [...around, ...own, ...inside]
    const since = Math.max(-1, ...seen.flatMap(writesOf).map(({ cell }) => cell))
    // Whether a schema is there does not depend on the tables in it.
    const outer = around.flatMap(({ readers }) => readers).filter((reader) => !reader.shallow)
    const others = (shallow ? own : [...own, ...inside]).flatMap(({ readers }) => readers)
    return [...outer, ...others, ...this.#anyReaders.filter(({ cell }) => cell >= since)]
  }

  addReader(access: Access): void {
    if (isAny(access.resource)) {
      this.#anyReaders.push(access)
      return
    }
    const track = this.#track(access.resource)
    const last = track.readers.at(-1)
    if (last?.cell !== access.cell || last.shallow !== access.shallow) track.readers.push(access)
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
    const own = this.#track(access.resource)
    this.#touched.add(own)
    own.readers = []
    if (access.shallow) {
      own.made = access
      return
    }
    for (const track of this.#overlapping(access.resource).inside) {
      track.readers = []
      if (replaces) Object.assign(track, { write: null, made: null })
    }
    own.write = access
    own.made = null
  }

  #track(resource: Resource): Track {
    return this.#tree.at(resourceName(resource), () => ({ write: null, made: null, readers: [] }))
  }

  #overlapping(resource: Resource): { around: readonly Track[]; own: readonly Track[]; inside: readonly Track[] } {
    const { above, own, inside } = this.#tree.overlapping(resourceName(resource))
    return { around: above, own: own === undefined ? [] : [own], inside }
  }

  #writesOfAny(): Access[] {
    return [...(this.#anyWrite === null ? [] : [this.#anyWrite]), ...[...this.#touched].flatMap(writesOf)]
  }

  /** With the last write of a place without a known name, unless all these came after it. */
  #withAny(writes: Access[]): Access[] {
    const any = this.#anyWrite
    const last = Math.max(-1, ...writes.map(({ cell }) => cell))
    return any !== null && any.cell >= last ? [...writes, any] : writes
  }
}

function writesOf({ write, made }: Track): Access[] {
  return [write, made].filter((access) => access !== null)
}

function latest(writes: readonly Access[]): Access | null {
  return writes.reduce<Access | null>((last, write) => (last === null || write.cell >= last.cell ? write : last), null)
}

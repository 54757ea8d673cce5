import { maySameTable, resourceKind, resourceName, type Mode, type Resource, type Span } from '../analysis/index.ts'
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
  /** What is known of a name that is not known throughout: `Effect.like`. */
  readonly like?: string
}

/** What names a place. */
type Named = Pick<Access, 'resource' | 'like'>

/** What was done last to one resource. */
interface Track {
  readonly name: string
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
  lastWrite(resource: Resource, like?: string): Access | null {
    return this.#of(resource).lastWrite(like === undefined ? { resource } : { resource, like })
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
    const resource = to.resource.endsWith(':*') ? from.resource : to.resource
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

function isAny({ resource, like }: Named): boolean {
  return resource.endsWith(':*') && like === undefined
}

/** The places of one kind. */
class Places {
  readonly #tree: PlaceTree<Track>
  /** Tables whose names are known but for parameters. */
  readonly #symbolic = new Map<string, Track>()
  /** The last cell that wrote a place without a known name, and those who read one since. */
  #anyWrite: Access | null = null
  #anyReaders: Access[] = []
  /** Places touched since then: what was before is ordered by it. */
  readonly #touched = new Set<Track>()

  constructor(steps: (place: string) => readonly string[]) {
    this.#tree = new PlaceTree(steps)
  }

  lastWrite(named: Named): Access | null {
    if (isAny(named)) return latest(this.#writesOfAny())
    const { around, own, inside } = this.#overlapping(named)
    const writes = [...around, ...own, ...inside].flatMap(({ write }) => write ?? [])
    return latest(this.#withAny([...writes, ...own.flatMap(({ made }) => made ?? [])]))
  }

  /** The writes whose result is there. */
  writesSeen(access: Access): Access[] {
    if (isAny(access)) return this.#writesOfAny()
    const { shallow } = access
    const { around, own, inside } = this.#overlapping(access)
    return this.#withAny((shallow ? [...around, ...own] : [...around, ...own, ...inside]).flatMap(writesOf))
  }

  /** The reads that a write must wait for. */
  readersSeen(access: Access): Access[] {
    if (isAny(access)) return [...this.#anyReaders, ...[...this.#touched].flatMap(({ readers }) => readers)]
    const { shallow } = access
    const { around, own, inside } = this.#overlapping(access)
    const seen = shallow ? [...around, ...own] : [...around, ...own, ...inside]
    const since = Math.max(-1, ...seen.flatMap(writesOf).map(({ cell }) => cell))
    // Whether a schema is there does not depend on the tables in it.
    const outer = around.flatMap(({ readers }) => readers).filter((reader) => !reader.shallow)
    const others = (shallow ? own : [...own, ...inside]).flatMap(({ readers }) => readers)
    return [...outer, ...others, ...this.#anyReaders.filter(({ cell }) => cell >= since)]
  }

  addReader(access: Access): void {
    if (isAny(access)) {
      this.#anyReaders.push(access)
      return
    }
    const track = this.#track(access)
    const last = track.readers.at(-1)
    if (last?.cell !== access.cell || last.shallow !== access.shallow) track.readers.push(access)
    this.#touched.add(track)
  }

  setWrite(access: Access, replaces: boolean): void {
    if (isAny(access)) {
      this.#anyWrite = access
      this.#anyReaders = []
      for (const track of this.#touched) track.readers = []
      this.#touched.clear()
      return
    }
    const own = this.#track(access)
    this.#touched.add(own)
    own.readers = []
    if (access.shallow) {
      own.made = access
      return
    }
    for (const track of this.#overlapping(access).inside) {
      track.readers = []
      if (replaces) Object.assign(track, { write: null, made: null })
    }
    own.write = access
    own.made = null
  }

  #track({ resource, like }: Named): Track {
    const name = like ?? resourceName(resource)
    const make = (): Track => ({ name, write: null, made: null, readers: [] })
    if (like === undefined) return this.#tree.at(name, make)
    const track = this.#symbolic.get(like) ?? make()
    this.#symbolic.set(like, track)
    return track
  }

  #overlapping({ resource, like }: Named): {
    around: readonly Track[]
    own: readonly Track[]
    inside: readonly Track[]
  } {
    if (like !== undefined) {
      const own = this.#symbolic.get(like)
      // What was touched before the last write of a place without a name comes before that.
      const around = [...this.#touched].filter((track) => track !== own && maySamePlace(track.name, like))
      return { around, own: own === undefined ? [] : [own], inside: [] }
    }
    const name = resourceName(resource)
    const { above, own, inside } = this.#tree.overlapping(name)
    const symbolic = [...this.#symbolic.values()].filter((track) => maySamePlace(name, track.name))
    return { around: [...above, ...symbolic], own: own === undefined ? [] : [own], inside }
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

/** Whether a table whose name is known but for parameters may be the one of this name, or in the schema or catalog of this name. */
function maySamePlace(name: string, symbolic: string): boolean {
  return name.split('.').length < 3 || maySameTable(name, symbolic)
}

function writesOf({ write, made }: Track): Access[] {
  return [write, made].filter((access) => access !== null)
}

function latest(writes: readonly Access[]): Access | null {
  return writes.reduce<Access | null>((last, write) => (last === null || write.cell >= last.cell ? write : last), null)
}

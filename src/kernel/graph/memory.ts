import {
  maySameTable,
  resourceKind,
  resourceName,
  samePlainData,
  type Mode,
  type Resource,
  type Span,
} from '../analysis/index.ts'
import { Log, Register, type View } from '../timeline/index.ts'
import type { EdgesInto } from './edges.ts'
import type { Order, ReasonKind } from './graph.ts'
import type { GraphStep } from './graph-step.ts'
import { pathSteps } from './paths.ts'

/** A cell that touched something, and where it says so. */
export interface Access {
  readonly cell: GraphStep
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

/** A place that cells read and write, with all that was done to it. */
interface Place {
  readonly name: string
  /** The name is known but for parameters. */
  readonly symbolic: boolean
  /** The places that hold it, the outermost first. */
  readonly around: readonly Place[]
  readonly write: Register<Access | null>
  /** Who last saw to it that the schema or catalog is there. */
  readonly made: Register<Access | null>
  /** Those who read it since it was written. */
  readonly readers: Log<Access>
  /** The places in it that were touched. */
  readonly inside: Log<Place>
}

/** All that was done to the places of one kind. */
class Places {
  readonly #places = new Map<string, Place>()
  /** Tables whose names are known but for parameters. */
  readonly #symbolic = new Map<string, Place>()
  readonly #steps: (place: string) => readonly string[]
  /** The last cell that wrote a place without a known name, and those who read one since. */
  readonly anyWrite = new Register(sameAccess)
  readonly anyReaders = new Log<Access>(sameAccess)
  /** Places touched since then: what was before is ordered by it. */
  readonly touched = new Log<Place>()
  /** Those whose names are known but for parameters, of all that were ever touched. */
  readonly symbolic = new Log<Place>()

  constructor(steps: (place: string) => readonly string[]) {
    this.#steps = steps
  }

  of({ resource, like }: Named): Place {
    if (like !== undefined) {
      const known = this.#symbolic.get(like) ?? newPlace(like, true)
      this.#symbolic.set(like, known)
      return known
    }
    const name = resourceName(resource)
    let place = this.#places.get(name)
    if (place === undefined) this.#places.set(name, (place = this.#at(this.#steps(name))))
    return place
  }

  /** The place at the end of these steps. */
  #at(steps: readonly string[]): Place {
    const key = `\n${steps.join('\n')}`
    let place = this.#places.get(key)
    if (place === undefined) {
      const outer = steps.length > 1 ? this.#at(steps.slice(0, -1)) : null
      place = newPlace(steps.join('.'), false, outer === null ? [] : [...outer.around, outer])
      this.#places.set(key, place)
    }
    return place
  }
}

function newPlace(name: string, symbolic: boolean, around: readonly Place[] = []): Place {
  return {
    name,
    symbolic,
    around,
    write: new Register(sameOrNoAccess),
    made: new Register(sameOrNoAccess),
    readers: new Log(sameAccess),
    inside: new Log(),
  }
}

/** What all cells did to all places. */
export class MemoryVersions {
  readonly #kinds = new Map<string, Places>()

  of(resource: Resource): Places {
    const kind = resourceKind(resource)
    let places = this.#kinds.get(kind)
    if (places === undefined) this.#kinds.set(kind, (places = new Places(stepsOf.get(kind) ?? itself)))
    return places
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

/** The place of an access with those that it overlaps with. */
interface Overlap {
  readonly around: readonly Place[]
  readonly own: Place
  readonly inside: readonly Place[]
}

/**
 * Tables, views, files, session state and the like as one cell finds them: one place each, which all cells share. Everything that
 * cells do to the same place keeps the order of the notebook, unless they only read. What has no known name (`table:*`) may be any
 * place of its kind.
 */
export class Memory {
  readonly #versions: MemoryVersions
  readonly #view: View
  readonly #edges: EdgesInto

  constructor(versions: MemoryVersions, view: View, edges: EdgesInto) {
    this.#versions = versions
    this.#view = view
    this.#edges = edges
  }

  /** The cell that wrote a resource last, if any. Who makes a schema does not write the tables in it. */
  lastWrite(resource: Resource, like?: string): Access | null {
    const named: Named = like === undefined ? { resource } : { resource, like }
    const places = this.#versions.of(resource)
    if (isAny(named)) return latest(this.#writesOfAny(places))
    const { around, own, inside } = this.#overlap(places, named)
    const writes = [...around, own, ...inside].flatMap(({ write }) => this.#view.get(write) ?? [])
    return latest(this.#withAny(places, [...writes, ...[this.#view.get(own.made) ?? []].flat()]))
  }

  /** Notes what the cell does, and makes the edges. */
  note(mode: Mode, access: Access): void {
    const places = this.#versions.of(access.resource)
    const writes = this.#writesSeen(places, access)
    if (mode !== 'write') for (const write of writes) this.#add(write, access, 'read-after-write')
    if (mode === 'read') return this.#addReader(places, access)
    // What is written needs the schema that it is in.
    for (const write of writes) this.#add(write, access, write.shallow ? 'read-after-write' : 'write-after-write')
    for (const reader of this.#readersSeen(places, access)) this.#add(reader, access, 'write-after-read')
    this.#setWrite(places, access, mode === 'write')
  }

  #add(from: Access, to: Access, order: Order): void {
    const resource = to.resource.endsWith(':*') ? from.resource : to.resource
    const kind = resourceKind(resource) as ReasonKind
    this.#edges.add(from.cell, { kind, resource, order, from: from.where, to: to.where })
  }

  /** The writes whose result is there. */
  #writesSeen(places: Places, access: Access): Access[] {
    if (isAny(access)) return this.#writesOfAny(places)
    const { shallow } = access
    const { around, own, inside } = this.#overlap(places, access)
    const seen = shallow ? [...around, own] : [...around, own, ...inside]
    return this.#withAny(
      places,
      seen.flatMap((place) => this.#writesOf(place)),
    )
  }

  /** The reads that a write must wait for. */
  #readersSeen(places: Places, access: Access): Access[] {
    const readersOf = (of: readonly Place[]): Access[] => of.flatMap(({ readers }) => this.#view.list(readers))
    const anyReaders = this.#view.list(places.anyReaders)
    if (isAny(access)) return [...anyReaders, ...readersOf(this.#touched(places))]
    const { shallow } = access
    const { around, own, inside } = this.#overlap(places, access)
    const seen = shallow ? [...around, own] : [...around, own, ...inside]
    const writes = seen.flatMap((place) => this.#writesOf(place))
    const since = Math.max(-1, ...writes.map(({ cell }) => cell.index))
    // Whether a schema is there does not depend on the tables in it.
    const outer = readersOf(around).filter((reader) => !reader.shallow)
    const others = readersOf(shallow ? [own] : [own, ...inside])
    return [...outer, ...others, ...anyReaders.filter(({ cell }) => cell.index >= since)]
  }

  #addReader(places: Places, access: Access): void {
    if (isAny(access)) return this.#view.add(places.anyReaders, access)
    const place = places.of(access)
    const last = this.#view.own(place.readers)?.items.at(-1)
    if (last === undefined || last.shallow !== access.shallow) this.#view.add(place.readers, access)
    this.#touch(places, place)
  }

  #setWrite(places: Places, access: Access, replaces: boolean): void {
    const view = this.#view
    if (isAny(access)) {
      view.set(places.anyWrite, access)
      view.cut(places.anyReaders)
      for (const { readers } of this.#touched(places)) view.cut(readers)
      view.cut(places.touched)
      return
    }
    const { own, inside } = this.#overlap(places, access)
    this.#touch(places, own)
    view.cut(own.readers)
    if (access.shallow) return view.set(own.made, access)
    for (const place of inside) {
      view.cut(place.readers)
      if (!replaces) continue
      view.set(place.write, null)
      view.set(place.made, null)
    }
    view.set(own.write, access)
    view.set(own.made, null)
  }

  #touch(places: Places, place: Place): void {
    const symbolic = place.symbolic ? [places.symbolic] : []
    for (const log of [places.touched, ...symbolic, ...place.around.map(({ inside }) => inside)])
      if (!this.#view.own(log)?.items.includes(place)) this.#view.add(log, place)
  }

  #touched(places: Places): Place[] {
    return [...new Set(this.#view.list(places.touched))]
  }

  #overlap(places: Places, named: Named): Overlap {
    const own = places.of(named)
    const maySame = (place: Place): boolean => place !== own && maySamePlace(place, own)
    // What was touched before the last write of a place without a name comes before that.
    if (named.like !== undefined) return { around: this.#touched(places).filter(maySame), own, inside: [] }
    const symbolic = [...new Set(this.#view.list(places.symbolic))].filter(maySame)
    return { around: [...own.around, ...symbolic], own, inside: [...new Set(this.#view.list(own.inside))] }
  }

  #writesOf({ write, made }: Place): Access[] {
    return [this.#view.get(write) ?? null, this.#view.get(made) ?? null].filter((access) => access !== null)
  }

  #writesOfAny(places: Places): Access[] {
    const any = this.#view.get(places.anyWrite)
    return [...(any === undefined ? [] : [any]), ...this.#touched(places).flatMap((place) => this.#writesOf(place))]
  }

  /** With the last write of a place without a known name, unless all these came after it. */
  #withAny(places: Places, writes: Access[]): Access[] {
    const any = this.#view.get(places.anyWrite)
    const last = Math.max(-1, ...writes.map(({ cell }) => cell.index))
    return any !== undefined && any.cell.index >= last ? [...writes, any] : writes
  }
}

function isAny({ resource, like }: Named): boolean {
  return resource.endsWith(':*') && like === undefined
}

/** Whether two tables may be one of which at least one's name is known but for parameters, or that is in the schema or catalog of the other. */
function maySamePlace(one: Place, other: Place): boolean {
  return (
    [one, other].some((each) => !each.symbolic && each.name.split('.').length < 3) || maySameTable(one.name, other.name)
  )
}

function latest(writes: readonly Access[]): Access | null {
  return writes.reduce<Access | null>(
    (last, write) => (last === null || write.cell.index >= last.cell.index ? write : last),
    null,
  )
}

function sameAccess({ cell, ...a }: Access, { cell: other, ...b }: Access): boolean {
  return cell === other && samePlainData(a, b)
}

function sameOrNoAccess(a: Access | null, b: Access | null): boolean {
  return a === b || (a !== null && b !== null && sameAccess(a, b))
}

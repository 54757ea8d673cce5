import type { Effect } from '../effect.ts'
import type { Scope, Scopes } from './scopes.ts'
import { sameDetails } from './same.ts'
import type { Binding } from './state.ts'
import type { Closure, Frame, Program, Thing } from './value.ts'

/** Where an object has ever been kept: more than where it is kept now, on any way through the program. */
export interface Holders {
  readonly names: Set<string>
  readonly things: Set<Thing>
}

/** What the cells above one leave behind. */
export interface Above {
  variable(key: string): Binding | undefined
  /** The keys of variables of a group that may be there, see `groupsOf`. */
  keys(group: string): Iterable<string>
  parts(thing: Thing): readonly Thing[] | undefined
  hasChanged(thing: Thing): boolean
  isKept(frame: string): boolean
  holders(thing: Thing): readonly Holders[]
  /** The effects of a function's body, if it was looked at. */
  body(closure: Closure): readonly Effect[] | undefined
}

/** What stands above the first cell. */
export const nothingAbove: Above = {
  variable: () => undefined,
  keys: () => [],
  parts: () => undefined,
  hasChanged: () => false,
  isKept: () => false,
  holders: () => [],
  body: () => undefined,
}

/** What was made at a place, in order. */
export interface Made {
  readonly things: Thing[]
  readonly frames: Frame[]
  readonly programs: Program[]
}

/**
 * The place of a cell in its notebook: what is above it, and what its analysis notes for those below besides variables and parts.
 *
 * Objects that are made when a cell is analysed again are those of the last time, as long as they are the same in all that is
 * told of them: so what stands below sees that nothing has changed.
 */
export class Place {
  readonly above: Above
  readonly #before: Made
  readonly made: Made = { things: [], frames: [], programs: [] }
  /** Runs of functions whose variables live on, by id: something that was made in them still sees them. */
  readonly kept = new Set<string>()
  readonly holders = new Map<Thing, Holders>()
  readonly bodies = new Map<Closure, readonly Effect[]>()

  constructor(above: Above = nothingAbove, before: Made = { things: [], frames: [], programs: [] }) {
    this.above = above
    this.#before = before
  }

  thing(kind: Thing['kind'], details: Omit<Thing, 'id' | 'kind'>): Thing {
    const { things } = this.made
    const old = this.#before.things[things.length]
    const made: Thing =
      old !== undefined && old.kind === kind && sameDetails(old, details) ? old : { id: newId(), kind, ...details }
    things.push(made)
    return made
  }

  /** A run of a scope. `thing`: the object that stands for its variables. */
  frame(scope: Scope, parent: Frame | null, program: Program, thing: Thing): Frame {
    const { frames } = this.made
    const old = this.#before.frames[frames.length]
    const isSame = old?.scope === scope && old.parent === parent && old.program === program && old.thing === thing
    const frame = isSame ? old : { id: newId(), scope, parent, program, thing }
    frames.push(frame)
    return frame
  }

  /** The cell's text as a program. */
  program(text: string, scopes: Scopes, folder: string): Program {
    const { programs } = this.made
    const old = this.#before.programs[programs.length]
    const isSame = old?.scopes === scopes && old.text === text && old.folder === folder
    const program = isSame ? old : { id: newId(), text, scopes, prefix: '', folder }
    programs.push(program)
    return program
  }

  holdersOf(thing: Thing): Holders {
    let known = this.holders.get(thing)
    if (known === undefined) this.holders.set(thing, (known = { names: new Set(), things: new Set() }))
    return known
  }

  /** Where an object was kept above or here. */
  *allHoldersOf(thing: Thing): Iterable<Holders> {
    yield* this.above.holders(thing)
    const own = this.holders.get(thing)
    if (own !== undefined) yield own
  }

  isKept(frame: string): boolean {
    return this.kept.has(frame) || this.above.isKept(frame)
  }

  bodyOf(closure: Closure, look: () => readonly Effect[]): readonly Effect[] {
    const known = this.bodies.get(closure) ?? this.above.body(closure)
    if (known !== undefined) return known
    const effects = look()
    this.bodies.set(closure, effects)
    return effects
  }
}

let lastId = 0
/** Tells objects, runs and programs apart; says nothing about their order. */
export function newId(): number {
  return ++lastId
}

let here = new Place()

/** The place of the cell that is being analysed. */
export function placeHere(): Place {
  return here
}

/** Analyses at a place. */
export function at<T>(place: Place, look: () => T): T {
  const before = here
  here = place
  try {
    return look()
  } finally {
    here = before
  }
}

/** The groups of a variable that is looked for without its key: parameters, variables and settings of the session, names, names of a library. */
export function groupsOf(key: string, binding: Binding): readonly string[] {
  if (key.startsWith(parameters)) return [parameters]
  if (key.startsWith(sqlVariables)) return [sqlVariables]
  if (key.startsWith(settings)) return [settings]
  if (key === '*' || key.startsWith('#') || key.includes(':')) return []
  const { library } = binding.value
  return library.length === 0 ? [names] : [names, ...new Set(library.map(libraryGroup))]
}

export const parameters = '#param.'
export const sqlVariables = '#variable.'
export const settings = '#setting.'
export const names = 'names'

/** The names that a library, or something of it, is known by. */
export function libraryGroup(name: string): string {
  return `library ${name.split('.', 1)[0]!}`
}

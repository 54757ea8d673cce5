import { groupsOf, names, Place } from './place.ts'
import { distinct, join, type Thing, type Value } from './value.ts'

/** What a variable holds. */
export interface Binding {
  readonly value: Value
  /** It was bound for sure, on every way to here. */
  readonly sure: boolean
  /** It was deleted: there may be no such name any more. */
  readonly gone?: boolean
  /** No definition of it was seen: it is taken to be some object from above. */
  readonly assumed?: boolean
}

/**
 * The variables and the insides of objects at one point of the program. States form a chain: the cell's, the statement's, and one for
 * each branch being looked at; each holds only what changed in it. What the cell's state does not hold is as the cells above it
 * have left it.
 *
 * A variable's key is its name at module level; `12:x` in run 12 of a function; `#7.x` for attribute x of object 7.
 */
export class State {
  readonly parent: State | null
  readonly variables = new Map<string, Binding>()
  readonly parts = new Map<Thing, readonly Thing[]>()
  readonly changed = new Set<Thing>()
  readonly place: Place
  /** Of the cell's state: variables that are there no more. */
  readonly dropped = new Set<string>()
  /** What follows cannot be reached: the branch returned or raised. */
  dead = false

  constructor(parent: State | null = null, place: Place = parent?.place ?? new Place()) {
    this.parent = parent
    this.place = place
  }

  fork(): State {
    return new State(this)
  }

  get(key: string): Binding | undefined {
    const own = this.variables.get(key)
    if (own !== undefined) return own
    if (this.parent !== null) return this.parent.get(key)
    return this.dropped.has(key) ? undefined : this.place.above.variable(key)
  }

  /** This state and those under it. */
  private *chain(): Iterable<State> {
    yield this
    if (this.parent !== null) yield* this.parent.chain()
  }

  /** The variables of a group (see `groupsOf`) that are there. */
  *bindings(group: string): Iterable<[string, Binding]> {
    const seen = new Set<string>()
    for (const state of this.chain()) {
      for (const [key, binding] of state.variables) {
        if (seen.has(key)) continue
        seen.add(key)
        if (groupsOf(key, binding).includes(group)) yield [key, binding]
      }
    }
    for (const key of this.place.above.keys(group)) {
      if (seen.has(key)) continue
      seen.add(key)
      const binding = this.get(key)
      if (binding !== undefined && groupsOf(key, binding).includes(group)) yield [key, binding]
    }
  }

  /** Takes a variable away, wherever it was bound. */
  drop(key: string): void {
    for (const state of this.chain()) {
      state.variables.delete(key)
      if (state.parent === null) state.dropped.add(key)
    }
  }

  /** Binds a variable to what it was bound to at another time. */
  restore(key: string, binding: Binding | undefined): void {
    if (binding === undefined) this.drop(key)
    else this.variables.set(key, binding)
  }

  /** Changes every module-level variable, wherever it was bound. */
  weaken(weaker: (binding: Binding) => Binding): void {
    for (const [key] of this.bindings(names)) {
      for (const state of this.chain()) {
        const own = state.variables.get(key) ?? (state.parent === null ? state.get(key) : undefined)
        if (own !== undefined) state.variables.set(key, weaker(own))
      }
    }
  }

  /** The binding made since the statement began, if any. */
  getHere(key: string): Binding | undefined {
    return this.parent === null ? undefined : (this.variables.get(key) ?? this.parent.getHere(key))
  }

  set(key: string, value: Value, sure = true): void {
    for (const object of value.objects) this.place.holdersOf(object).names.add(key)
    this.variables.set(key, { value, sure })
  }

  /** Takes a variable that nothing is known of to hold some object, everywhere from the notebook's first state on. */
  assume(key: string, value: Value): Binding {
    if (this.parent !== null) return this.parent.assume(key, value)
    for (const object of value.objects) this.place.holdersOf(object).names.add(key)
    const binding: Binding = { value, sure: false, assumed: true }
    this.variables.set(key, binding)
    return binding
  }

  partsOf(thing: Thing): readonly Thing[] {
    const own = this.parts.get(thing)
    if (own !== undefined) return own
    return (this.parent === null ? this.place.above.parts(thing) : this.parent.partsOf(thing)) ?? []
  }

  /** From now on `thing` holds `parts` too. */
  addParts(thing: Thing, parts: readonly Thing[]): void {
    if (parts.length === 0) return
    const old = this.partsOf(thing)
    const all = new Set(old)
    for (const part of parts) {
      if (part === thing && !thing.container) continue
      all.add(part)
      this.place.holdersOf(part).things.add(thing)
    }
    if (all.size > old.length) this.parts.set(thing, [...all])
  }

  hasChanged(thing: Thing): boolean {
    if (this.changed.has(thing)) return true
    return this.parent === null ? this.place.above.hasChanged(thing) : this.parent.hasChanged(thing)
  }

  /** All that this state has beyond its ancestor `base`, as one state on top of it. */
  since(base: State): State {
    const all = new State(base)
    all.dead = this.dead
    for (const state of this.above(base)) {
      for (const [key, binding] of state.variables) all.variables.set(key, binding)
      for (const [thing, parts] of state.parts) all.parts.set(thing, parts)
      for (const thing of state.changed) all.changed.add(thing)
    }
    return all
  }

  /** The states of the chain from just above `base` up to this one. */
  private above(base: State): State[] {
    return this === base ? [] : [...(this.parent?.above(base) ?? []), this]
  }

  /** Goes on with what any of the living branches, each made on top of this state, may have left behind. */
  merge(branches: readonly State[]): void {
    const living = branches.filter((branch) => !branch.dead)
    if (living.length === 0) {
      this.dead = true
      return
    }
    for (const key of new Set(living.flatMap((branch) => [...branch.variables.keys()]))) {
      const before = this.getHere(key)
      const otherwise = before ?? weak(this.get(key))
      const bindings = living.map((branch) => branch.variables.get(key) ?? otherwise)
      const known = bindings.filter((binding) => binding !== undefined)
      this.variables.set(key, {
        value: join(known.map((binding) => binding.value)),
        sure: known.length === bindings.length && known.every((binding) => binding.sure),
        ...(known.some((binding) => binding.gone) ? { gone: true } : {}),
      })
    }
    for (const branch of living) {
      for (const [thing, parts] of branch.parts) this.addParts(thing, parts)
      for (const thing of branch.changed) this.changed.add(thing)
    }
  }

  /** Makes what `child` changed part of this state, keeping only variables that `keep` wants. */
  commit(child: State, keep: (key: string) => boolean = () => true): void {
    for (const [key, binding] of child.variables) if (keep(key)) this.variables.set(key, binding)
    for (const [thing, parts] of child.parts) this.parts.set(thing, distinct(parts))
    for (const thing of child.changed) this.changed.add(thing)
  }
}

function weak(binding: Binding | undefined): Binding | undefined {
  return binding === undefined ? undefined : { ...binding, sure: false }
}

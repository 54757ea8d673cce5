import { distinct, holdersOf, join, type Thing, type Value } from './value.ts'

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
 * The variables and the insides of objects at one point of the program. States form a chain: the notebook's, the
 * statement's, and one for each branch being looked at; each holds only what changed in it.
 *
 * A variable's key is its name at module level; `12:x` in run 12 of a function; `#7.x` for attribute x of object 7.
 */
export class State {
  readonly parent: State | null
  readonly variables = new Map<string, Binding>()
  readonly parts = new Map<Thing, readonly Thing[]>()
  readonly changed = new Set<Thing>()
  /** Runs of functions whose variables live on, by id: something that was made in them still sees them. */
  readonly kept: Set<string>
  /** What follows cannot be reached: the branch returned or raised. */
  dead = false

  constructor(parent: State | null = null) {
    this.parent = parent
    this.kept = parent?.kept ?? new Set()
  }

  fork(): State {
    return new State(this)
  }

  get(key: string): Binding | undefined {
    return this.variables.get(key) ?? this.parent?.get(key)
  }

  /** The binding made since the statement began, if any. */
  getHere(key: string): Binding | undefined {
    return this.parent === null ? undefined : (this.variables.get(key) ?? this.parent.getHere(key))
  }

  set(key: string, value: Value, sure = true): void {
    for (const object of value.objects) holdersOf(object).names.add(key)
    this.variables.set(key, { value, sure })
  }

  /** Takes a variable that nothing is known of to hold some object, everywhere from the notebook's first state on. */
  assume(key: string, value: Value): Binding {
    if (this.parent !== null) return this.parent.assume(key, value)
    for (const object of value.objects) holdersOf(object).names.add(key)
    const binding: Binding = { value, sure: false, assumed: true }
    this.variables.set(key, binding)
    return binding
  }

  partsOf(thing: Thing): readonly Thing[] {
    return this.parts.get(thing) ?? this.parent?.partsOf(thing) ?? []
  }

  /** From now on `thing` holds `parts` too. */
  addParts(thing: Thing, parts: readonly Thing[]): void {
    if (parts.length === 0) return
    const old = this.partsOf(thing)
    const all = new Set(old)
    for (const part of parts) {
      if (part === thing && !thing.container) continue
      all.add(part)
      holdersOf(part).things.add(thing)
    }
    if (all.size > old.length) this.parts.set(thing, [...all])
  }

  hasChanged(thing: Thing): boolean {
    return this.changed.has(thing) || (this.parent?.hasChanged(thing) ?? false)
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

  /** Becomes what another state is. Both stand alone. */
  reset(other: State): void {
    this.variables.clear()
    this.parts.clear()
    this.changed.clear()
    this.commit(other)
  }

  /** Makes what `child` changed part of this state, keeping only variables that `keep` wants. */
  commit(child: State, keep: (key: string) => boolean = () => true): void {
    for (const [key, binding] of child.variables) if (keep(key)) this.variables.set(key, binding)
    for (const [thing, parts] of child.parts) this.parts.set(thing, distinct(parts))
    for (const thing of child.changed) this.changed.add(thing)
    for (const id of child.kept) this.kept.add(id)
  }
}

function weak(binding: Binding | undefined): Binding | undefined {
  return binding === undefined ? undefined : { ...binding, sure: false }
}

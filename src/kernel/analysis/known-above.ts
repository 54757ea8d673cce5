import type { Effect } from './effect.ts'
import {
  groupsOf,
  sameBinding,
  sameItems,
  sameSets,
  type Above,
  type Binding,
  type Closure,
  type Holders,
  type Knowledge,
  type Thing,
} from './python/index.ts'
import { samePlainData } from './same-data.ts'
import { Log, Register, Slots, type View } from '../timeline/index.ts'

/** What cells leave behind for those below, cell by cell: variables, the insides of objects, and what was found out of them. */
export class KnownAbove {
  readonly #variables = new Slots<string, Register<Binding | null>>((drop) => new Register(sameOrNoBinding, drop))
  readonly #groups = new Slots<string, Log<string>>((drop) => new Log<string>(Object.is, drop))
  readonly #parts = new Slots<Thing, Register<readonly Thing[]>>(
    (drop) => new Register<readonly Thing[]>((a, b) => sameItems(a, b), drop),
  )
  readonly #changed = new Slots<Thing, Register<boolean>>((drop) => new Register<boolean>(Object.is, drop))
  readonly #kept = new Slots<string, Register<boolean>>((drop) => new Register<boolean>(Object.is, drop))
  readonly #holders = new Slots<Thing, Log<Holders>>((drop) => new Log(sameHolders, drop))
  readonly #bodies = new Slots<Closure, Register<readonly Effect[]>>(
    (drop) => new Register<readonly Effect[]>(samePlainData, drop),
  )

  /** What one cell sees. */
  above(view: View): Above {
    return {
      variable: (key) => view.above(this.#variables.of(key)) ?? undefined,
      keys: (group) => new Set(view.above(this.#groups.of(group))),
      parts: (thing) => view.above(this.#parts.of(thing)),
      hasChanged: (thing) => view.above(this.#changed.of(thing)) ?? false,
      isKept: (frame) => view.above(this.#kept.of(frame)) ?? false,
      holders: (thing) => view.above(this.#holders.of(thing)),
      body: (closure) => view.above(this.#bodies.of(closure)),
    }
  }

  /** Notes what a cell leaves behind. */
  leave(view: View, { variables, dropped, parts, changed, place }: Knowledge['state']): void {
    const groups = new Map<string, string[]>()
    for (const [key, binding] of variables) {
      view.set(this.#variables.of(key), binding)
      for (const group of groupsOf(key, binding)) {
        const keys = groups.get(group)
        if (keys === undefined) groups.set(group, [key])
        else keys.push(key)
      }
    }
    for (const key of dropped) if (!variables.has(key)) view.set(this.#variables.of(key), null)
    for (const [group, keys] of groups) view.add(this.#groups.of(group), ...keys)
    for (const [thing, inside] of parts) view.set(this.#parts.of(thing), inside)
    for (const thing of changed) view.set(this.#changed.of(thing), true)
    for (const frame of place.kept) view.set(this.#kept.of(frame), true)
    for (const [thing, holders] of place.holders) view.add(this.#holders.of(thing), holders)
    for (const [closure, effects] of place.bodies) view.set(this.#bodies.of(closure), effects)
  }
}

function sameOrNoBinding(a: Binding | null, b: Binding | null): boolean {
  return sameBinding(a ?? undefined, b ?? undefined)
}

function sameHolders(a: Holders, b: Holders): boolean {
  return sameSets(a.names, b.names) && sameSets(a.things, b.things)
}

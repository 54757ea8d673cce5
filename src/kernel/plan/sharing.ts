import { resourceName, type Effect } from '../analysis/index.ts'
import { whatItMakes } from './expression.ts'
import { definesCode, namesOf } from './roles.ts'
import { Sets } from './sets.ts'
import type { BoundUnit } from './units.ts'

/** A name, in the version that a unit made. */
export interface NameVersion {
  readonly name: string
  readonly from: number
}

/**
 * Names that may hold one object which is changed in place. Analysis tells every name through which a change can be
 * seen: below `b = a`, `b.append(1)` updates `a` as well. In one process that happens by itself. Between tasks it
 * needs both names to come from one place, as one value. One rule brings that about: while such a change is still to
 * come, every unit that makes or changes one of the names counts as an update of all of them, so that whoever needs
 * two gets them from the same task. What is never changed in place costs nothing.
 */
export class Aliases {
  readonly #classes: Sets
  readonly #lastChange: ReadonlyMap<string, number>
  /** Updates of other names that a unit counts as, by unit. */
  readonly effects: ReadonlyMap<number, readonly Effect[]>

  constructor(units: readonly BoundUnit[]) {
    const { classes, lastChange } = sharedVersions(units)
    this.#classes = classes
    this.#lastChange = lastChange
    this.effects = this.#spread(units)
  }

  /** Those of the versions that share with another of them what a unit behind `at` changes. */
  changedBehind(at: number, versions: readonly NameVersion[]): NameVersion[] {
    const roots = versions.map(({ name, from }) => this.#classes.find(version(from, name)))
    return versions.filter((_, index) => {
      const root = roots[index]!
      return roots.indexOf(root) !== roots.lastIndexOf(root) && (this.#lastChange.get(root) ?? -1) > at
    })
  }

  #spread(units: readonly BoundUnit[]): Map<number, Effect[]> {
    const current = new Map<string, string>()
    const extra = new Map<number, Effect[]>()
    for (const unit of units) {
      const own = new Set(namesOf(unit))
      const touched = new Set<string>()
      for (const name of own) {
        touched.add(this.#classes.find(version(unit.at, name)))
        current.set(name, version(unit.at, name))
      }
      const aliases = [...current].filter(([name, held]) => {
        const root = this.#classes.find(held)
        return !own.has(name) && touched.has(root) && (this.#lastChange.get(root) ?? -1) >= unit.at
      })
      for (const [name, held] of aliases) {
        // The root stays what it was: the last change is kept under it.
        this.#classes.join(version(unit.at, name), held)
        current.set(name, version(unit.at, name))
      }
      if (aliases.length === 0) continue
      const effects = aliases.map(([name]): Effect => ({ mode: 'update', resource: `name:${name}`, where: unit.span }))
      extra.set(unit.at, effects)
    }
    return extra
  }
}

/**
 * Versions of names that may hold, or lead to, one object; and the last unit that changes something in place through
 * them.
 */
function sharedVersions(units: readonly BoundUnit[]): { classes: Sets; lastChange: Map<string, number> } {
  const classes = new Sets()
  /** Versions that hold nothing that can be changed: numbers, texts, code without values of its own. */
  const closed = new Set<string>()
  const changes: { version: string; at: number }[] = []
  for (const unit of units) {
    const from = new Map(unit.reads.map((read) => [resourceName(read.resource), read.from]))
    const isAtom = (name: string) => from.get(name) != null && closed.has(version(from.get(name)!, name))
    const open = unit.reads.flatMap(({ resource, from: maker }) => {
      if (maker === null || !resource.startsWith('name:')) return []
      const held = version(maker, resourceName(resource))
      return closed.has(held) ? [] : [held]
    })
    // What a notebook that runs in place defines as code holds none of the values that it makes beside it.
    const code = unit.code ?? new Set<string>()
    for (const name of code) closed.add(version(unit.at, name))
    const made = namesOf(unit)
      .filter((name) => !code.has(name))
      .map((name) => version(unit.at, name))
    const makes = whatItMakes(unit.text, isAtom)
    if (makes === 'atom' || (definesCode(unit) && open.length === 0)) {
      for (const each of made) closed.add(each)
      continue
    }
    for (const each of made) classes.join(each, made[0]!)
    if (makes === 'shares' && made.length > 0) for (const held of open) classes.join(held, made[0]!)
    for (const { mode, resource } of unit.effects) {
      const name = resourceName(resource)
      const inPlace = mode === 'update' && resource.startsWith('name:') && !isAtom(name)
      if (inPlace) changes.push({ version: version(unit.at, name), at: unit.at })
    }
  }
  const lastChange = new Map<string, number>()
  for (const { version: changed, at } of changes) lastChange.set(classes.find(changed), at)
  return { classes, lastChange }
}

function version(at: number, name: string): string {
  return `${at} ${name}`
}

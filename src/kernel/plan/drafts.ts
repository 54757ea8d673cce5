import { resourceKind, resourceName } from '../analysis/index.ts'
import { Crossing } from './crossing.ts'
import { isValue, namesOf, type Role } from './roles.ts'
import type { Aliases, NameVersion } from './sharing.ts'
import type { BoundUnit, UnitGraph } from './units.ts'

/** What the planner knows of the notebook before it groups cells. */
export interface Material extends UnitGraph {
  readonly roles: readonly Role[]
  readonly crossing: Crossing
  readonly aliases: Aliases
  /** Units of each cell, by index of the cell. */
  readonly ofCell: ReadonlyMap<number, readonly number[]>
  /** Units that set up what nobody names (settings, packages, unknown names): every task below repeats them. */
  readonly settings: readonly number[]
  /** Units whose text or effects have to do with Spark. */
  readonly spark: ReadonlySet<number>
}

export function materialOf(bound: UnitGraph, roles: readonly Role[], aliases: Aliases): Material {
  const crossing = new Crossing(bound.units, roles)
  const ofCell = new Map<number, number[]>()
  for (const { at, cell } of bound.units) ofCell.set(cell, [...(ofCell.get(cell) ?? []), at])
  const settings = bound.units.filter((unit) => isSetting(unit, roles[unit.at]!))
  const spark = new Set(bound.units.filter(mentionsSpark).map(({ at }) => at))
  return { ...bound, roles, crossing, aliases, ofCell, settings: settings.map(({ at }) => at), spark }
}

function isSetting(unit: BoundUnit, role: Role): boolean {
  if (unit.library === 'sets') return role === 'setup' || role === 'repeat'
  if (role !== 'setup') return false
  const unnamed = unit.writes.some((resource) => resource === 'name:*' || resourceKind(resource) === 'session')
  return unit.kind === 'pip' || unnamed
}

/** A task in the making. Units are in document order, which is the order in which they run. */
export interface Draft {
  /** Its own cells, in document order. */
  readonly cells: readonly number[]
  /** Cells that only show something, and ride along. */
  readonly riders: readonly number[]
  /** Everything that runs in the task: its own units, its riders', and what is repeated for them. */
  readonly units: readonly number[]
  readonly own: ReadonlySet<number>
  readonly takes: readonly NameVersion[]
  /** The unit before which the values are taken over; null if none are. */
  readonly takesBefore: number | null
  /** Cells that must be in this task as well, and why. Empty for a sound task. */
  readonly wants: readonly { readonly cell: number; readonly why: string }[]
}

/**
 * Puts a task together: what it repeats, what it takes over, and what it would get wrong if it were a task as it is.
 */
export function draftTask(cells: readonly number[], riders: readonly number[], material: Material): Draft {
  const { units, roles, crossing, ofCell } = material
  const ownUnits = cells.flatMap((cell) => ofCell.get(cell) ?? [])
  const riding = riders.flatMap((cell) => (ofCell.get(cell) ?? []).filter((at) => roles[at] === 'display'))
  const own = new Set([...ownUnits, ...riding])
  const included = new Set<number>()
  const takes = new Map<string, NameVersion>()
  const held = new Set<number>()
  const wants: { cell: number; why: string }[] = []

  const include = (at: number): void => {
    if (included.has(at)) return
    included.add(at)
    for (const { resource, from } of units[at]!.reads) {
      if (from === null || !isValue(resource) || own.has(from)) continue
      if (roles[from] === 'setup' || roles[from] === 'repeat') include(from)
      else if (roles[from] === 'work') take(resource, from)
    }
  }
  const take = (resource: BoundUnit['writes'][number], from: number): void => {
    const name = resourceName(resource)
    const cell = units[from]!.cell
    if (resourceKind(resource) !== 'name') {
      wants.push({ cell, why: `\`${name}\` is set by work and holds in one process only` })
      return
    }
    const why = crossing.whyNot(name, from)
    if (why !== null) wants.push({ cell, why })
    takes.set(`${name} ${from}`, { name, from })
    for (const definition of crossing.holds(from)) {
      held.add(definition)
      include(definition)
    }
  }

  for (const at of own) include(at)
  const last = Math.max(...own)
  for (const at of settingsFor(included, last, material)) include(at)
  const sequence = [...included].sort((a, b) => a - b)
  const takesBefore = firstThatMayNeedValues(sequence, own, takes, material)
  const taken = [...takes.values()].sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1))
  wants.push(...misreadings(sequence, taken, takesBefore, held, units))
  return { cells, riders, units: sequence, own, takes: taken, takesBefore, wants }
}

/** Settings and packages that hold for whatever comes below them. Those of Spark only where Spark is used. */
function settingsFor(included: ReadonlySet<number>, last: number, { settings, spark }: Material): number[] {
  const usesSpark = [...included].some((at) => spark.has(at))
  return settings.filter((at) => at <= last && (usesSpark || !spark.has(at)))
}

function mentionsSpark(unit: BoundUnit): boolean {
  if (/\bspark\b|\bpyspark\b|_sqldf|\bDeltaTable\b/.test(unit.text)) return true
  return unit.effects.some(({ resource }) => ['table', 'view'].includes(resourceKind(resource)))
}

function firstThatMayNeedValues(
  sequence: readonly number[],
  own: ReadonlySet<number>,
  takes: ReadonlyMap<string, NameVersion>,
  { units }: Material,
): number | null {
  if (takes.size === 0) return null
  const needs = (at: number) =>
    units[at]!.reads.some(({ resource, from }) => from !== null && takes.has(`${resourceName(resource)} ${from}`))
  return sequence.find((at) => own.has(at) || needs(at)) ?? null
}

/**
 * Plays the task: does every read find the version that it would find in the notebook? Where it would not, the maker
 * of that version has to be in the task.
 */
function misreadings(
  sequence: readonly number[],
  takes: readonly NameVersion[],
  takesBefore: number | null,
  held: ReadonlySet<number>,
  units: readonly BoundUnit[],
): { cell: number; why: string }[] {
  const wrong: { cell: number; why: string }[] = []
  const current = new Map<string, number>()
  const complain = (name: string, from: number) => {
    wrong.push({ cell: units[from]!.cell, why: `two versions of \`${name}\` would meet in one task` })
  }
  const inTask = new Set(sequence)
  const takeOver = () => {
    for (const definition of held) {
      for (const name of namesOf(units[definition]!)) {
        if (current.get(`name:${name}`) !== definition) for (const taken of takes) complain(name, taken.from)
      }
    }
    for (const { name, from } of takes) {
      const resource = `name:${name}`
      if (takes.some((other) => other.name === name && other.from > from)) complain(name, from)
      current.set(resource, from)
    }
  }
  for (const at of sequence) {
    if (at === takesBefore) takeOver()
    const unit = units[at]!
    for (const { resource, from } of unit.reads) {
      if (from === null || !isValue(resource) || resourceName(resource) === '*') continue
      const found = current.get(resource)
      if (found !== from) complain(resourceName(resource), inTask.has(from) && found !== undefined ? found : from)
    }
    for (const resource of unit.writes) if (isValue(resource)) current.set(resource, at)
  }
  return wrong
}

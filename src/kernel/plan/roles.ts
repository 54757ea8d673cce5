import { resourceKind, resourceName } from '../analysis/index.ts'
import { opensClient } from './clients.ts'
import type { PlanCell } from './input.ts'
import type { BoundUnit, Unit } from './units.ts'

/**
 * What becomes of a unit in the job.
 * - `setup`: repeated in every task that needs it; reads nothing but setup.
 * - `repeat`: like setup, but it may read values (lazy frames, temp views, clients that can be opened again).
 * - `display`: rides with the task that makes what it shows.
 * - `work`: runs once.
 * - `absent`: its cell is not in the job.
 */
export type Role = 'setup' | 'repeat' | 'display' | 'work' | 'absent'

/** Tells every unit's role. `aliased`: units that count as updates of other names (see `aliasEffects`). */
export function assignRoles(
  units: readonly BoundUnit[],
  cells: readonly PlanCell[],
  aliased: ReadonlySet<number>,
): Role[] {
  const stateful = statefulSessions(units)
  const read = new Set(units.flatMap((unit) => unit.reads.map(({ from }) => from)))
  const roles: Role[] = []
  for (const unit of units) {
    const from = unit.reads
      .filter(({ resource }) => isValue(resource))
      .flatMap((read) => (read.from === null ? [] : [roles[read.from]!]))
    const onlySetup = from.every((role) => role === 'setup')
    const onlyRepeated = from.every((role) => role === 'setup' || role === 'repeat')
    const pure = !aliased.has(unit.at) && !changesMemory(unit) && !touches(unit, stateful)
    const declared = pure && (unit.setup || makesCode(unit))
    const view = unit.writes.some((resource) => resourceKind(resource) === 'view')
    const updates = unit.effects.some(
      ({ mode, resource, maybe }) => mode === 'update' && !maybe && resourceKind(resource) === 'name',
    )
    if (cells[unit.cell]!.analysis.pragma.run === 'not-in-job') roles.push('absent')
    else if (unit.library === 'sets' && !changesMemory(unit)) roles.push(onlySetup ? 'setup' : 'repeat')
    else if (unit.display && !changesAnything(unit) && !read.has(unit.at)) roles.push('display')
    else if (declared && onlySetup) roles.push('setup')
    else if (declared && onlyRepeated && !definesCode(unit)) roles.push('repeat')
    else if (pure && !updates && (isLazyFrame(unit) || (view && writesOnlyViews(unit)))) roles.push('repeat')
    else if (pure && !updates && onlyRepeated && opensClient(unit)) roles.push('repeat')
    else roles.push('work')
  }
  return roles
}

/** Whether what the unit binds is code: a function, a class, a module. Code is repeated, never passed on. */
export function definesCode(unit: Unit): boolean {
  return /^\s*(@|def\b|class\b|async\s+def\b|import\b|from\b)/.test(unit.text) || makesCode(unit)
}

function makesCode(unit: Unit): boolean {
  return codeMakers.test(unit.text)
}

const codeMakers =
  /^\w+\s*(:[^=]+)?=\s*(lambda\b|([\w.]+\.)?(namedtuple|NamedTuple|TypedDict|NewType|TypeVar|make_dataclass|udf|pandas_udf)\()/

/** A frame that reads its tables where it is used: making it again is as good as passing it on, and cheap. */
function isLazyFrame(unit: BoundUnit): boolean {
  if (definesCode(unit) || unit.writes.some((resource) => !['name', 'view'].includes(resourceKind(resource))))
    return false
  const carried = unit.analysis.carried.filter(({ of }) => unit.writes.includes(of))
  return (
    carried.some(({ lazy }) => lazy === true) &&
    carried.every(({ effects }) => effects.every(({ mode }) => mode === 'read'))
  )
}

function writesOnlyViews(unit: BoundUnit): boolean {
  return unit.writes.every((resource) => resourceKind(resource) === 'view' || resource === 'name:_sqldf')
}

/** Resources that live in a task's own process, bound by versions. */
export function isValue(resource: BoundUnit['writes'][number]): boolean {
  return ['name', 'view', 'session', 'param'].includes(resourceKind(resource))
}

function changesMemory(unit: BoundUnit): boolean {
  return unit.effects.some(
    ({ mode, resource }) => mode !== 'read' && ['table', 'path'].includes(resourceKind(resource)),
  )
}

function changesAnything(unit: BoundUnit): boolean {
  return unit.writes.some((resource) => resource !== 'name:_sqldf' && resource !== 'name:_') || changesMemory(unit)
}

function touches(unit: BoundUnit, sessions: ReadonlySet<string>): boolean {
  return unit.effects.some(({ resource }) => sessions.has(resource))
}

/**
 * Session state that work changes, such as a random generator's: it cannot be set up again by repeating a statement.
 */
export function statefulSessions(units: readonly BoundUnit[]): Set<string> {
  return new Set(
    units
      .filter((unit) => !unit.setup)
      .flatMap(({ effects }) => effects)
      .filter(({ mode, resource }) => mode !== 'read' && resourceKind(resource) === 'session')
      .map(({ resource }) => resource),
  )
}

/** The names that a unit binds or changes. */
export function namesOf(unit: BoundUnit): string[] {
  return unit.writes.filter((resource) => resourceKind(resource) === 'name').map(resourceName)
}

import { resourceName } from '../analysis/index.ts'
import type { Material } from './drafts.ts'
import type { Groups } from './groups.ts'
import type { PlanCell } from './input.ts'
import { statefulSessions } from './roles.ts'

/** Puts cells together that no plan may part: what the author says, and what lives in one process only. */
export function fuseWhatBelongsTogether(groups: Groups, cells: readonly PlanCell[], material: Material): void {
  fuseNamedGroups(groups, cells, material)
  fuseBehindExits(groups, cells, material)
  fuseUnknownNames(groups, material)
  fuseBehindLibraryState(groups, cells, material)
  fuseSessionState(groups, material)
  fuseDriverPaths(groups, material)
}

function fuseNamedGroups(groups: Groups, cells: readonly PlanCell[], { ofCell, roles }: Material): void {
  const first = new Map<string, number>()
  cells.forEach((cell, index) => {
    const name = cell.analysis.pragma.task
    const works = (ofCell.get(index) ?? []).some((at) => roles[at] !== 'setup' && roles[at] !== 'absent')
    if (name === undefined || !works) return
    groups.add(index)
    const leader = first.get(name)
    if (leader === undefined) first.set(name, index)
    else groups.fuse(leader, index, `your note puts them into the task \`${name}\``)
  })
}

/** What follows a cell that may leave must not run when it left: all of it stays in one task with that cell. */
function fuseBehindExits(groups: Groups, cells: readonly PlanCell[], { ofCell, roles }: Material): void {
  const exit = cells.findIndex((cell, index) => cell.analysis.leaves && hasRole(ofCell.get(index), roles, 'work'))
  if (exit < 0) return
  groups.add(exit)
  for (const [cell, units] of ofCell) {
    const runs = hasRole(units, roles, 'work') || hasRole(units, roles, 'display')
    if (cell > exit && runs) groups.fuse(exit, cell, `what follows \`${cells[exit]!.key}\` must not run when it leaves`)
  }
}

function hasRole(
  units: readonly number[] | undefined,
  roles: Material['roles'],
  role: Material['roles'][number],
): boolean {
  return (units ?? []).some((at) => roles[at] === role)
}

/** Code that reads or makes names which nobody can foresee stays with everything it may mean. */
function fuseUnknownNames(groups: Groups, { units, roles, ofCell }: Material): void {
  for (const unit of units) {
    const unknown = unit.effects.filter(({ resource }) => resource === 'name:*')
    if (unknown.length === 0 || roles[unit.at] === 'setup' || roles[unit.at] === 'absent') continue
    const writes = unknown.some(({ mode }) => mode !== 'read')
    for (const [cell, members] of ofCell) {
      const concerned = hasRole(members, roles, 'work') && (writes || cell < unit.cell)
      if (concerned) groups.fuse(unit.cell, cell, 'the names that one of them reads or makes cannot be foreseen')
    }
  }
}

/** State of a library that work sets, among other things, holds in its own process only: all that follows stays there. */
function fuseBehindLibraryState(groups: Groups, cells: readonly PlanCell[], { units, roles, ofCell }: Material): void {
  const first = units.find(({ at, library }) => library === 'may' && !['setup', 'absent'].includes(roles[at]!))
  if (first === undefined) return
  const why = `\`${cells[first.cell]!.key}\` may set state of a library, which holds in one process only`
  for (const [cell, members] of ofCell) {
    const runs = hasRole(members, roles, 'work') || hasRole(members, roles, 'display')
    if (cell > first.cell && runs) groups.fuse(first.cell, cell, why)
  }
}

function fuseSessionState(groups: Groups, { units, roles }: Material): void {
  for (const session of statefulSessions(units)) {
    const touching = units.filter(
      ({ at, effects }) => roles[at] === 'work' && effects.some(({ resource }) => resource === session),
    )
    const why = `the state of \`${resourceName(session as `session:${string}`)}\` cannot cross a task boundary`
    for (const unit of touching) groups.fuse(touching[0]!.cell, unit.cell, why)
  }
}

/** A file on the driver's own disk is not there in another task. */
function fuseDriverPaths(groups: Groups, { edges, units, roles }: Material): void {
  for (const { from, to, reasons } of edges) {
    const [a, b] = [units[from]!, units[to]!]
    if (roles[from] !== 'work' || roles[to] === 'absent') continue
    const local = reasons.find(({ kind, resource }) => kind === 'path' && isDriverPath(resourceName(resource)))
    if (local === undefined) continue
    groups.fuse(a.cell, b.cell, `\`${resourceName(local.resource)}\` is on the disk of one task only`)
  }
}

function isDriverPath(path: string): boolean {
  const plain = path.replace(/^file:\/*/, '/')
  return /^(\/|~)/.test(plain) && !/^\/(Volumes|Workspace|dbfs|mnt)\//i.test(plain)
}

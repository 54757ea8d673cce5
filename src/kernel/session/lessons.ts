import { resourceKind, type Effect, type Resource } from '../analysis/index.ts'
import type { RunOutcome } from '../engine/index.ts'
import { ambientChanges } from './ambient.ts'
import type { KnownCell, Understanding } from './understanding.ts'

/** What a run did that the text of its cell did not say, as effects. */
export function lessonsOf(cell: KnownCell, outcome: RunOutcome, understanding: Understanding): Effect[] {
  const where = { start: 0, end: 0 }
  const known = new Set<Resource>(cell.graph.effects.map((effect) => effect.resource))
  const above = new Set<Resource>(understanding.cells.slice(0, cell.index).flatMap(({ graph }) => graph.writes))
  const lessons: Effect[] = []
  const learn = (mode: Effect['mode'], resource: Resource): void => {
    if (!known.has(resource) && !known.has(`${resourceKind(resource)}:*`)) lessons.push({ mode, resource, where })
  }
  // A name that no cell above writes is a builtin, or not there at all.
  for (const name of outcome.reads) if (above.has(`name:${name}`)) learn('read', `name:${name}`)
  for (const resource of ambientChanges(outcome)) learn('update', resource)
  if (outcome.state === 'failed') return lessons
  const written = new Set(cell.graph.writes)
  for (const { name } of outcome.writes) {
    const foreseen = written.has(`name:${name}`) || written.has('name:*')
    if (!foreseen) lessons.push({ mode: 'update', resource: `name:${name}`, where })
  }
  for (const { name, written: changed } of outcome.tables) learn(changed ? 'update' : 'read', `table:${name}`)
  return lessons
}

import { resourceKind, resourceName, type CellAnalysis, type Effect } from '../analysis/index.ts'
import { asDiagnostic, type Found } from '../diagnostics/index.ts'
import type { CellId, Diagnostic } from '../graph/index.ts'

/** Codes of lessons: an export waits until they are noted. */
export const lessonCodes: ReadonlySet<string> = new Set(['unforeseen-mutation', 'learned-not-recorded'])

interface TaughtCell {
  readonly id: CellId
  readonly cell: { readonly source: string }
  /** What the text says, notes included. */
  readonly analysis: CellAnalysis
}

/**
 * What runs of a cell taught and neither its text nor its notes say: a job that is made from the text would not know it. `shared`:
 * names that change with one that the cell changes, because a run saw that they share objects. Settings of libraries are the
 * planner's business.
 */
export function unrecorded(
  { id, cell, analysis }: TaughtCell,
  learned: readonly Effect[],
  shared: readonly Effect[] = [],
): Diagnostic[] {
  if (analysis.pragma.run === 'off') return []
  const where = { start: 0, end: Math.max(0, cell.source.split('\n')[0]!.length) }
  const lessons = new Map([...learned, ...shared].map((effect) => [`${effect.mode} ${effect.resource}`, effect]))
  return [...lessons.values()]
    .filter(({ resource }) => resourceKind(resource) !== 'session')
    .filter((lesson) => !analysis.effects.some((said) => covers(said, lesson)))
    .map((lesson) => asDiagnostic({ id, source: cell.source }, { ...told(lesson), where, resource: lesson.resource }))
}

function covers(said: Effect, { mode, resource }: Effect): boolean {
  return said.resource === resource && (mode === 'read' || said.mode !== 'read')
}

function told({ mode, resource }: Effect): Pick<Found, 'code' | 'message'> {
  const name = resourceName(resource)
  const todo = 'Its text does not say so, and a job knows only the text. Write it into a note to Dagbook.'
  if (mode !== 'read' && resourceKind(resource) === 'name')
    return { code: 'unforeseen-mutation', message: `When this cell ran, it changed ${name}. ${todo}` }
  const what = resourceKind(resource) === 'table' ? `the table ${name}` : name
  const did = mode === 'read' ? 'read' : 'wrote'
  return { code: 'learned-not-recorded', message: `When this cell ran, it ${did} ${what}. ${todo}` }
}

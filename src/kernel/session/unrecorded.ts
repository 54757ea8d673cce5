import {
  resourceKind,
  resourceName,
  type CellAnalysis,
  type Effect,
  type Fix,
  type Resource,
  type Span,
} from '../analysis/index.ts'
import { asDiagnostic, noted, type Found } from '../diagnostics/index.ts'
import type { CellId, Diagnostic } from '../graph/index.ts'
import type { Cell } from '../notebook/index.ts'

/** Codes of lessons: an export waits until they are noted. */
export const lessonCodes: ReadonlySet<string> = new Set(['unforeseen-mutation', 'learned-not-recorded'])

interface TaughtCell {
  readonly id: CellId
  readonly cell: Pick<Cell, 'kind' | 'source'>
  /** What the text says, notes included. */
  readonly analysis: CellAnalysis
}

/**
 * What runs of a cell taught and neither its text nor its notes say: a job that is made from the text would not know it. `shared`:
 * names that change with one that the cell changes, because a run saw that they share objects. Settings of libraries are the
 * planner's business.
 */
export function unrecorded(
  { id, cell: { kind, source }, analysis }: TaughtCell,
  learned: readonly Effect[],
  shared: readonly Effect[] = [],
): Diagnostic[] {
  if (analysis.pragma.run === 'off' || (learned.length === 0 && shared.length === 0)) return []
  const lessons = [...learned, ...shared].filter(({ resource }) => resourceKind(resource) !== 'session')
  const missing = lessons.filter((lesson) => !analysis.effects.some((said) => covers(said, lesson)))
  const updates = namesOf(missing.filter(({ mode }) => mode !== 'read'))
  const reads = namesOf(missing.filter(({ mode }) => mode === 'read')).filter((each) => !updates.includes(each))
  const isName = (resource: Resource): boolean => resourceKind(resource) === 'name'
  const told: Told[] = [
    { code: 'unforeseen-mutation', did: 'changed', key: 'updates', resources: updates.filter(isName) },
    { code: 'learned-not-recorded', did: 'wrote', key: 'updates', resources: updates.filter((each) => !isName(each)) },
    { code: 'learned-not-recorded', did: 'read', key: 'reads', resources: reads },
  ]
  return told
    .filter(({ resources }) => resources.length > 0)
    .map((one) =>
      asDiagnostic({ id, source }, { ...found(one), where: firstLine(source), fixes: [fixOf(id, kind, source, one)] }),
    )
}

/** Lessons of one kind. */
interface Told {
  readonly code: 'unforeseen-mutation' | 'learned-not-recorded'
  readonly did: 'changed' | 'wrote' | 'read'
  readonly key: 'updates' | 'reads'
  readonly resources: readonly Resource[]
}

function covers(said: Effect, { mode, resource }: Effect): boolean {
  return said.resource === resource && (mode === 'read' || said.mode !== 'read')
}

function namesOf(effects: readonly Effect[]): Resource[] {
  return [...new Set(effects.map(({ resource }) => resource))]
}

function found({ code, did, resources }: Told): Pick<Found, 'code' | 'message'> {
  const names = resources.map((resource) => {
    const name = resourceName(resource)
    return resourceKind(resource) === 'table' ? `the table ${name}` : name
  })
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
  const todo = 'Its text does not say so, and a job knows only the text. Write it into a note to Dagbook.'
  return { code, message: `When this cell ran, it ${did} ${list}. ${todo}` }
}

function fixOf(id: CellId, kind: Cell['kind'], source: string, { key, resources }: Told): Fix {
  const values = resources.map((resource) => resource.replace(/^table:/, ''))
  return { title: 'Write it into a note to Dagbook', edits: [noted({ id, kind, source }, key, values)] }
}

function firstLine(source: string): Span {
  return { start: 0, end: source.split('\n')[0]!.length }
}

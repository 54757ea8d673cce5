import { withViews } from './any-view.ts'
import type { Carried, Effect, Finding, Statement } from './effect.ts'
import {
  knowFrame,
  knowLocations,
  knowParameter,
  knownParameters,
  knownSettings,
  knownVariables,
  knowSettings,
  knowVariables,
  withLocations,
  withPartitions,
  type Knowledge,
  type PythonAnalysis,
} from './python/index.ts'
import { analyzeSql } from './sql/index.ts'
import { inAnySchema } from './symbolic-name.ts'
import { unknownPlace } from './unknown-place.ts'

/** What a SQL cell does. `as`: the name that its frame has besides `_sqldf`. */
export function analyzeSqlCell(source: string, knowledge: Knowledge, as: string | null): PythonAnalysis {
  const { namespace } = knowledge
  const read = analyzeSql(
    source,
    namespace ?? { catalog: '*', schema: '*' },
    knownParameters(knowledge),
    knownVariables(knowledge),
    knownSettings(knowledge),
  )
  const placed = (effects: readonly Effect[]): readonly Effect[] =>
    withLocations(
      knowledge,
      withPartitions(knowledge, source, withViews(namespace === null ? effects.map(inAnySchema) : effects)),
    )
  const whole = { start: 0, end: source.length }
  const carried = read.carried.map((each): Carried => ({ ...each, effects: placed(each.effects), lazy: true }))
  const frame = carried.find(({ of }) => of === 'name:_sqldf')
  const named = as !== null && read.query
  const statements = read.statements.map((statement) => ({ ...statement, effects: placed(statement.effects) }))
  const effects = placed(read.effects)
  if (!read.broken) {
    knowLocations(knowledge, source, read.statements)
    knowVariables(knowledge, read.effects)
    knowSettings(knowledge, read.settings)
    // USE SCHEMA in a catalog that is not known.
    knowledge.namespace = read.namespace?.catalog === '*' ? null : read.namespace
    if (read.query) knowFrame(knowledge, '_sqldf', frame?.effects ?? [])
    if (named) knowFrame(knowledge, as, frame?.effects ?? [])
    for (const widget of read.widgets) knowParameter(knowledge, widget.name, widget.default)
  }
  const isLost = !read.broken && namespace !== null && knowledge.namespace === null
  const use = read.statements.find(({ effects: own }) =>
    own.some(({ mode, resource }) => mode === 'write' && resource === 'session:schema'),
  )
  const where = use?.span ?? whole
  const lost: Finding = { code: 'unresolved-table', severity: 'warning', where, message: unknownPlace }
  return {
    effects: [
      ...effects,
      ...usesFunctions(read.broken, whole),
      ...(named ? [{ mode: 'write' as const, resource: `name:${as}` as const, where: whole }] : []),
    ],
    carried: named && frame !== undefined ? [...carried, { ...frame, of: `name:${as}` }] : carried,
    statements: statements.map((statement, index): Statement => ({
      span: statement.span,
      effects: statement.effects,
      carried: carried.filter(
        ({ of }) =>
          statement.effects.some(({ mode, resource }) => resource === of && mode !== 'read') ||
          (of === 'name:_sqldf' && index === read.statements.length - 1),
      ),
      setup: isSetup(statement.kind, statement.effects),
      display: statement.kind === 'query',
    })),
    parameters: read.widgets,
    findings: isLost ? [...read.findings, lost] : read.findings,
    leaves: false,
    broken: read.broken,
    normalized: read.normalized,
    needs: [],
  }
}

/** Functions that the notebook has registered may be called by any SQL. */
function usesFunctions(broken: boolean, where: Effect['where']): readonly Effect[] {
  return broken ? [] : [{ mode: 'read', resource: 'session:udf', where }]
}

/** Settings, and temp views: they are made again in each task that needs them. */
function isSetup(kind: string, effects: readonly Effect[]): boolean {
  const done = effects.filter(({ mode }) => mode !== 'read')
  return (
    kind === 'session' || (done.length > 0 && done.every(({ resource }) => /^(view|session|param):/.test(resource)))
  )
}

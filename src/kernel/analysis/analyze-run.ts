import { withViews } from './any-view.ts'
import { analyzeCell } from './analyze-cell.ts'
import type { AnalysisContext } from './context.ts'
import type { Carried, Effect, Finding, Span, Statement } from './effect.ts'
import { findNotebook, runArguments, runTarget } from './included.ts'
import { withoutParameters } from './symbolic-name.ts'
import {
  composeCarried,
  composeEffects,
  newKnowledge,
  withGiven,
  type Knowledge,
  type PythonAnalysis,
} from './python/index.ts'

/** What the notebook contributes whose cells are run in place by `%run ./x $p="1"`. */
export function analyzeRun(source: string, knowledge: Knowledge, context: AnalysisContext): PythonAnalysis {
  const where: Span = { start: 0, end: source.trimEnd().length }
  const path = runTarget(source)
  const reads: Effect = { mode: 'read', resource: `notebook:${path}`, where }
  const base: PythonAnalysis = {
    effects: [reads],
    carried: [],
    statements: [],
    parameters: [],
    findings: [],
    leaves: false,
    broken: false,
    normalized: source.trim(),
    needs: [],
  }
  const found = findNotebook(path, context)
  if (!('notebook' in found)) {
    const message = `The notebook ${path} is not there or cannot be read. What it defines is not known, so this cell waits for all cells above it, and all below wait for it.`
    const finding: Finding = { code: 'unresolved-notebook', severity: 'warning', where, message }
    const effects: Effect[] = [
      reads,
      { mode: 'update', resource: 'name:*', where },
      ...withViews([{ mode: 'update', resource: 'table:*', where }]),
      { mode: 'update', resource: 'path:*', where },
    ]
    return { ...base, effects, findings: [finding], needs: found.needs }
  }
  const given = runArguments(source)
  const inside = found.context
  const read = withGiven(knowledge, given, () =>
    found.notebook.cells.map((cell) => analyzeCell(cell, inside, knowledge)),
  )
  // A parameter whose value is given here is none of the notebook that gives it.
  const parts = read.map((part) => ({
    ...part,
    effects: part.effects.filter(({ resource }) => !(resource.startsWith('param:') && resource.slice(6) in given)),
    parameters: part.parameters.filter(({ name }) => !(name in given)),
  }))
  const effects = [reads, ...at(where, composeEffects(parts))]
  const carried = composeCarried(parts).map((each): Carried => ({ ...each, effects: at(where, each.effects) }))
  const setup = parts.every(({ statements, effects: own }) =>
    statements.length === 0 ? own.length === 0 : statements.every((statement) => statement.setup),
  )
  const statement: Statement = { span: where, effects, carried, setup, display: false }
  return {
    ...base,
    effects,
    carried,
    statements: [statement],
    parameters: parts.flatMap(({ parameters }) => parameters.map((parameter) => ({ ...parameter, where }))),
    findings: parts
      .flatMap(({ findings }) => findings)
      .filter(({ severity }) => severity !== 'info')
      .map((finding) => ({ ...finding, where, message: `In ${path}: ${finding.message}` })),
    leaves: parts.some(({ leaves }) => leaves),
    needs: parts.flatMap(({ needs }) => needs),
    // An edit of the other notebook changes what this cell does.
    normalized: [source.trim(), ...parts.map(({ normalized }) => normalized)].join('\n'),
  }
}

/** What the cells of another notebook do to tables and files when it is run as a task of its own; null: not known. */
export function effectsOfNotebook(
  path: string,
  context: AnalysisContext,
): { effects: readonly Effect[] | null; needs: readonly string[] } {
  const found = findNotebook(path, context)
  if (!('notebook' in found)) return { effects: null, needs: found.needs }
  const inside = found.context
  const knowledge = newKnowledge(context.namespace)
  const parts = found.notebook.cells.map((cell) => analyzeCell(cell, inside, knowledge))
  const effects = composeEffects(parts)
    .filter(({ resource }) => /^(table|path|notebook):/.test(resource))
    .map(withoutParameters)
  return { effects, needs: parts.flatMap(({ needs }) => needs) }
}

function at(where: Span, effects: readonly Effect[]): readonly Effect[] {
  return effects.map((effect) => ({ ...effect, where }))
}

import { isText, type Cell } from '../notebook/index.ts'
import { analyzeCommand } from './analyze-command.ts'
import { analyzeRun, effectsOfNotebook } from './analyze-run.ts'
import { analyzeSqlCell } from './analyze-sql-cell.ts'
import type { AnalysisContext } from './context.ts'
import type { CellAnalysis, Effect, Finding, Pragma, Span } from './effect.ts'
import {
  analyzePython,
  at,
  forgetAll,
  knowSettings,
  newKnowledge,
  type Knowledge,
  type PythonAnalysis,
} from './python/index.ts'
import { readPragma } from './pragma.ts'

/**
 * All that one cell says. `knowledge` is what the cells above leave behind (constants, functions, which names share objects);
 * it is brought up to date for the cell below. Without it the cell is looked at by itself, and some names stay unresolved.
 * Needs `loadSql` once before. Never throws on any text.
 */
export function analyzeCell(
  cell: Pick<Cell, 'kind' | 'source'>,
  context: AnalysisContext,
  knowledge: Knowledge = newKnowledge(context.namespace),
): CellAnalysis {
  try {
    return at(knowledge.state.place, () => analyzeReadable(cell, context, knowledge))
  } catch {
    forgetAll(knowledge)
    return unreadable(cell.source)
  }
}

/** What a cell may do that cannot be looked at: anything. */
function unreadable(source: string): CellAnalysis {
  const where: Span = { start: 0, end: source.length }
  const message =
    'Dagbook cannot follow this cell, because it is nested too deeply or too long. Cut it into smaller statements. Until then it waits for all cells above it, and all below wait for it.'
  const unknown: readonly Effect[] = (['name:*', 'table:*', 'view:*', 'path:*'] as const).map((resource) => ({
    mode: 'update',
    resource,
    where,
  }))
  return {
    effects: unknown,
    carried: [],
    statements: [{ span: where, effects: unknown, carried: [], setup: false, display: false }],
    parameters: [],
    pragma: { after: [], effects: [] },
    findings: [{ code: 'unresolved-cell', severity: 'error', where, message }],
    leaves: false,
    broken: false,
    normalized: source.trim(),
    needs: [],
  }
}

function analyzeReadable(
  cell: Pick<Cell, 'kind' | 'source'>,
  context: AnalysisContext,
  knowledge: Knowledge,
): CellAnalysis {
  const comment = isText(cell.kind) ? '<!--' : cell.kind === 'sql' ? '--' : '#'
  const { pragma, findings } = readPragma(cell.source, comment, knowledge.namespace ?? context.namespace)
  const read = analyzeKind(cell, context, knowledge, pragma)
  if (cell.kind !== 'python' && cell.kind !== 'run' && cell.kind !== 'magic')
    knowledge.flow?.whole({ start: 0, end: cell.source.length }, read)
  return withPragma({ ...read, findings: [...findings, ...read.findings] }, pragma)
}

function analyzeKind(
  { kind, source }: Pick<Cell, 'kind' | 'source'>,
  context: AnalysisContext,
  knowledge: Knowledge,
  pragma: Pragma,
): PythonAnalysis {
  switch (kind) {
    case 'python':
      return analyzePython(source, knowledge, context, (path, given) => effectsOfNotebook(path, given, context))
    case 'sql':
      return analyzeSqlCell(source, knowledge, pragma.as ?? null)
    case 'run':
      return analyzeRun(source, knowledge, context)
    case 'magic': {
      const read = analyzePython(source, knowledge, context, (path, given) => effectsOfNotebook(path, given, context))
      // A magic that nobody knows may be followed by anything: it is not for us to call it wrong.
      return read.broken ? { ...read, broken: false, findings: [] } : read
    }
    case 'scala':
    case 'r':
      knowSettings(knowledge, {})
      return analyzeCommand(kind, source)
    default:
      return analyzeCommand(kind, source)
  }
}

/** What is not known to be a table may have been a temp view, too. */
function isAny(kind: string, resource: string): boolean {
  return resource === `${kind}:*` || (kind === 'table' && resource === 'view:*')
}

/** Adds what the note says. Where it names tables or files, those that analysis could not name are taken to be these. */
function withPragma(read: PythonAnalysis, pragma: Pragma): CellAnalysis {
  if (pragma.effects.length === 0 || read.broken) return { ...read, pragma }
  const kinds = ['table', 'path', 'name', 'view', 'notebook'].filter((kind) =>
    pragma.effects.some(({ resource }) => resource.startsWith(`${kind}:`)),
  )
  const reads = (kind: string): boolean =>
    pragma.effects.some(({ mode, resource }) => mode !== 'write' && resource.startsWith(`${kind}:`))
  const writes = (kind: string): boolean =>
    pragma.effects.some(({ mode, resource }) => mode !== 'read' && resource.startsWith(`${kind}:`))
  const isNamed = ({ mode, resource }: { mode: string; resource: string }): boolean =>
    kinds.some((kind) => isAny(kind, resource) && (mode === 'read' ? reads(kind) : writes(kind)))
  const isAnswered = ({ code }: Finding): boolean =>
    kinds.some((kind) => code === `unresolved-${kind}` || (answers[kind] ?? []).includes(code))
  return {
    ...read,
    pragma,
    effects: [...read.effects.filter((effect) => !isNamed(effect)), ...pragma.effects],
    findings: read.findings.filter((finding) => !isAnswered(finding)),
  }
}

/** Findings that a note on one kind of resource answers, besides the one that is called like it. */
const answers: Readonly<Record<string, readonly string[]>> = {
  table: ['unresolved-sql', 'unresolved-notebook'],
  path: ['unresolved-notebook'],
  name: ['unresolved-names', 'unresolved-import'],
}

import { readNotebook, type Notebook } from '../notebook/index.ts'
import { analyzeCell } from './analyze-cell.ts'
import type { AnalysisContext } from './context.ts'
import type { Carried, Effect, Finding, Span, Statement } from './effect.ts'
import {
  composeCarried,
  composeEffects,
  knowParameter,
  newKnowledge,
  type Knowledge,
  type PythonAnalysis,
} from './python/index.ts'

/** What the notebook contributes whose cells are run in place by `%run ./x $p="1"`. */
export function analyzeRun(source: string, knowledge: Knowledge, context: AnalysisContext): PythonAnalysis {
  const where: Span = { start: 0, end: source.trimEnd().length }
  const target = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(source)
  const path = target?.[1] ?? target?.[2] ?? target?.[3] ?? ''
  const read: Effect = { mode: 'read', resource: `notebook:${path}`, where }
  const base: PythonAnalysis = {
    effects: [read],
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
      read,
      { mode: 'update', resource: 'name:*', where },
      { mode: 'update', resource: 'table:*', where },
    ]
    return { ...base, effects, findings: [finding], needs: found.needs }
  }
  for (const [, name, , double, single] of source.matchAll(/\$(\w+)\s*=\s*("([^"]*)"|'([^']*)')/g))
    knowParameter(knowledge, name!, double ?? single ?? '')
  const inside = { ...context, folder: found.folder, running: [...(context.running ?? []), found.path] }
  const parts = found.notebook.cells.map((cell) => analyzeCell(cell, inside, knowledge))
  const effects = [read, ...at(where, composeEffects(parts))]
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
  const inside = { ...context, folder: found.folder, running: [...(context.running ?? []), found.path] }
  const knowledge = newKnowledge(context.namespace)
  const parts = found.notebook.cells.map((cell) => analyzeCell(cell, inside, knowledge))
  const effects = composeEffects(parts).filter(({ resource }) => /^(table|path|notebook):/.test(resource))
  return { effects, needs: parts.flatMap(({ needs }) => needs) }
}

type Found = { notebook: Notebook; path: string; folder: string } | { needs: readonly string[] }

function findNotebook(path: string, context: AnalysisContext): Found {
  const base = normalPath(path.startsWith('/') ? path : `${context.folder ?? ''}/${path}`)
  const needs: string[] = []
  for (const candidate of /\.(py|sql|ipynb)$/.test(base) ? [base] : [`${base}.py`, `${base}.sql`]) {
    const text = context.files(candidate)
    if (text === undefined) needs.push(candidate)
    if (text == null || context.running?.includes(candidate)) continue
    try {
      const notebook = readNotebook(new TextEncoder().encode(text), candidate)
      return { notebook, path: candidate, folder: candidate.split('/').slice(0, -1).join('/') }
    } catch {
      return { needs }
    }
  }
  return { needs }
}

function normalPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function at(where: Span, effects: readonly Effect[]): readonly Effect[] {
  return effects.map((effect) => ({ ...effect, where }))
}

import type { AnalysisContext } from '../context.ts'
import type { Carried, CellAnalysis, Effect, Finding, Statement } from '../effect.ts'
import { broughtBy } from './brought.ts'
import { composeCarried, composeEffects } from './compose.ts'
import { pythonText, type Step } from './flow.ts'
import type { Knowledge } from './knowledge.ts'
import { noteMagic } from './magic-effects.ts'
import { settleNames } from './names.ts'
import type { ParseNode } from './nodes.ts'
import { everyName, Run } from './run.ts'
import { readPython } from './reading.ts'
import { isDisplay, isSetup } from './statement-kind.ts'
import { executeOne } from './statements.ts'
import { spanOf, type Syntax } from './syntax.ts'
import { distinctEffects, movedTo, thing } from './value.ts'

/** All that Python code says, but for its notes to Dagbook. */
export type PythonAnalysis = Omit<CellAnalysis, 'pragma'>

/**
 * What a Python cell does, given what is known from the cells above. `knowledge` is left as it is behind the cell, so that the
 * next one can be analysed; a cell that cannot be parsed leaves it alone. Throws a RangeError for code that is nested too deeply.
 */
export function analyzePython(
  source: string,
  knowledge: Knowledge,
  context: AnalysisContext,
  outside?: Run['outsideEffects'],
): PythonAnalysis {
  const { syntax, scopes, normalized } = readPython(source)
  if (syntax.problems.some(({ message }) => message.startsWith('Maximum parse depth')))
    throw new RangeError('The code is nested too deeply to be read.')
  if (syntax.problems.length > 0) return broken(syntax, normalized)
  const { place } = knowledge.state
  const program = place.program(syntax.text, scopes, context.folder ?? '')
  const frame = place.frame(scopes.module, null, program, thing('scope'))
  const run = new Run(context, knowledge.namespace, knowledge.state, frame)
  if (outside !== undefined) run.outsideEffects = outside
  run.flow = knowledge.flow ?? null
  const nodes = syntax.tree.d.statements
  const statements = nodes.map((node, index) =>
    analyzeStatement(run, syntax, node, index === nodes.length - 1, knowledge),
  )
  knowledge.namespace = run.namespace
  return {
    effects: composeEffects(statements),
    carried: composeCarried(statements),
    statements,
    parameters: run.parameters,
    findings: distinctFindings(run.log.findings),
    leaves: run.leaves,
    broken: false,
    normalized,
    needs: [...run.needs],
  }
}

function analyzeStatement(run: Run, syntax: Syntax, node: ParseNode, isLast: boolean, knowledge: Knowledge): Statement {
  const base = knowledge.state
  const span = spanOf(node)
  run.state = base.fork()
  run.certain = true
  run.guarded = new Set()
  run.log = { effects: [], findings: run.log.findings }
  run.views.clear()
  run.flow?.begin(span)
  for (const magic of syntax.magics)
    if (magic.where.start >= span.start && magic.where.start < span.end) noteMagic(run, magic)
  executeOne(run, node)
  run.state.dead = false
  const effects = settleNames(run.log.effects, run.state)
  const carried = carriedOf(run, effects, span)
  run.flow?.end({ effects, carried, binds: bindsOf(run, effects) }, touches(run, effects), run.state.changed)
  base.commit(run.state, (key) => run.keeps(key))
  return { span, effects, carried, setup: isSetup(node, effects), display: isDisplay(node, effects, isLast) }
}

/** What the names hold that a statement binds. */
function bindsOf(run: Run, effects: readonly Effect[]): Step['binds'] {
  const binds: Record<string, string | null> = {}
  for (const { mode, resource } of effects) {
    if (mode === 'read' || !resource.startsWith('name:')) continue
    const name = resource.slice('name:'.length)
    const value = run.state.get(name)?.value
    binds[name] = value === undefined ? null : pythonText(run, value)
  }
  return binds
}

/** Whether a statement reads or writes tables or files, or asks a frame that does. */
function touches(run: Run, effects: readonly Effect[]): boolean {
  return effects.some(({ resource }) => {
    if (!resource.startsWith('name:')) return /^(table|view|path):/.test(resource)
    const value = run.state.get(resource.slice('name:'.length))?.value
    return value !== undefined && run.bringsFrames(value)
  })
}

function carriedOf(run: Run, effects: readonly Effect[], where: Statement['span']): readonly Carried[] {
  const carried: Carried[] = []
  const names = new Set(
    effects
      .filter(({ mode, resource }) => mode !== 'read' && resource.startsWith('name:'))
      .map(({ resource }) => resource),
  )
  for (const of of names) {
    const value = run.state.get(of.slice('name:'.length))?.value
    if (value === undefined || of === `name:${everyName}`) continue
    const { read, called } = broughtBy(run, value, where)
    if (read.length > 0) carried.push({ of, effects: read, lazy: true })
    if (called.length > 0) carried.push({ of, effects: called })
  }
  for (const [view, behind] of run.views)
    if (behind.length > 0) carried.push({ of: view, effects: distinctEffects(movedTo(behind, where)), lazy: true })
  return carried
}

function broken(syntax: Syntax, normalized: string): PythonAnalysis {
  // What follows the first problem mostly follows from it.
  const findings = syntax.problems.slice(0, 1).map(({ where, message }): Finding => ({
    code: 'syntax-error',
    severity: 'error',
    where,
    message: `${guessAt(syntax.text) ?? `Python cannot read this: ${message}`}.`,
  }))
  return {
    effects: [],
    carried: [],
    statements: [],
    parameters: [],
    findings,
    leaves: false,
    broken: true,
    normalized,
    needs: [],
  }
}

/** What a text is that is no Python of today, if it can be told. */
function guessAt(text: string): string | null {
  if (
    /^\s*(select\b[^=]+\bfrom|insert\s+(into|overwrite)|create\s+(or\s+replace\s+)?(table|view|temp)|merge\s+into)\b/i.test(
      text,
    )
  )
    return 'This looks like SQL: make the cell a SQL cell'
  if (/^\s*pip3?\s+install\b/.test(text)) return 'Python cannot read this: write %pip install'
  if (/^[ \t]*print[ \t]+[^\s(=.,)]/m.test(text)) return 'This looks like Python 2: write print(…), with brackets'
  return /<FILL[-_ ]?IN>/i.test(text) ? 'There is a gap to be filled in: <FILL-IN>' : null
}

function distinctFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>()
  for (const finding of findings) {
    const key = `${finding.code} ${finding.where.start} ${finding.where.end}`
    if (!seen.has(key)) seen.set(key, finding)
  }
  return [...seen.values()].sort((a, b) => a.where.start - b.where.start)
}

import type { Carried, Effect, Finding, Parameter, Span } from '../effect.ts'
import { CellState } from './cell-state.ts'
import type { Namespace } from './namespace.ts'
import { findParameters, type ParameterUse, parameterRead, readWidget } from './parameter.ts'
import { readSql } from './read.ts'
import type { StatementKind } from './outcome.ts'
import type { Settings } from './setting.ts'
import type { Token } from './token.ts'

/** A statement of a SQL text and what it does, by itself. */
export interface SqlStatement {
  readonly span: Span
  readonly kind: StatementKind
  readonly effects: readonly Effect[]
}

/** All that a SQL text says. Plain data, made from that text alone. */
export interface SqlAnalysis {
  /**
   * What the text as a whole does, in text order; what it reads of its own making is no effect. `name:_sqldf`, which a SQL cell
   * defines if its last statement returns rows, is among them, and only here: not in `statements`.
   */
  readonly effects: readonly Effect[]
  readonly carried: readonly Carried[]
  /** Where it asks for the value of a parameter. */
  readonly parameters: readonly ParameterUse[]
  /** Parameters that it declares (`CREATE WIDGET`). */
  readonly widgets: readonly Parameter[]
  readonly findings: readonly Finding[]
  /** Its tokens without comments and formatting: equal text means equal meaning. */
  readonly normalized: string
  /** A string, name, comment, bracket or script does not end: it cannot run, and has no effects. */
  readonly broken: boolean
  readonly statements: readonly SqlStatement[]
  /** The last statement returns rows. */
  readonly query: boolean
  /** Where names without catalog or schema are looked up behind it; null: a USE in it is not known from the text. */
  readonly namespace: Namespace | null
  /** The settings behind it. */
  readonly settings: Settings
}

/**
 * What a SQL text reads and writes. `namespace` is where names without catalog and schema are looked up before it; `values` are known
 * values of parameters, for `IDENTIFIER(:p)`; `variables` are those of the SQL session, lower case; `settings` those of Spark. Needs `loadSql` once before. Never throws on any text: what it cannot tell is
 * an effect on `table:*` with a finding: `unresolved-table` where a name is not known, `unresolved-sql` where a statement is not.
 */
export function analyzeSql(
  source: string,
  namespace: Namespace,
  values: Readonly<Record<string, string>> = {},
  variables: ReadonlySet<string> = new Set(),
  settings: Settings = {},
): SqlAnalysis {
  const { tokens, statements, settings: after, error } = readSql(source, values, settings)
  const parameters = findParameters(tokens)
  const normalized = normalize(tokens)
  if (error !== null) {
    const { message, start, end } = error
    const findings: Finding[] = [{ code: 'syntax-error', severity: 'error', where: { start, end }, message }]
    const nothing = { effects: [], carried: [], widgets: [], statements: [], query: false, namespace, settings }
    return { ...nothing, parameters: parameters.uses, findings, normalized: source.trim(), broken: true }
  }

  const state = new CellState(namespace, variables, values)
  const done: SqlStatement[] = []
  const widgets: Parameter[] = []
  for (const statement of statements) {
    const asks = parameters.uses.filter(({ where }) => inside(where, statement.span)).map(parameterRead)
    const widget = readWidget(statement.tokens)
    if (widget !== null) widgets.push(widget)
    done.push({ span: statement.span, kind: statement.outcome.kind, effects: state.add(statement, asks, widget) })
  }
  const last = statements.at(-1)
  if (last?.outcome.rows === true) state.keepFrame(last.span, done.at(-1)!)
  return {
    effects: state.effects,
    carried: state.carried,
    parameters: parameters.uses,
    widgets,
    findings: [...parameters.findings, ...state.findings].sort((a, b) => a.where.start - b.where.start),
    normalized,
    broken: false,
    statements: done,
    query: last?.outcome.rows ?? false,
    namespace: state.namespace,
    settings: after,
  }
}

function inside(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end
}

/** Letters of keywords and names stay as they are: they may show as the name of a column. */
function normalize(tokens: readonly Token[]): string {
  const texts = tokens.map(({ kind, text }) => (kind === 'hint' ? text.replace(/\s+/g, ' ') : text))
  while (texts.at(-1) === ';') texts.pop()
  return texts.join(' ')
}

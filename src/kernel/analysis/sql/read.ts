import type { Span } from '../effect.ts'
import { parsedTables } from './parser.ts'
import { walk } from './query.ts'
import { closings, newScan, newScope, type Scan } from './scan.ts'
import { plainSettings, settingsAfter, type Settings } from './setting.ts'
import { statementRanges, type StatementRange } from './script.ts'
import { doubt, other, type Outcome } from './outcome.ts'
import { scanStatement } from './statement.ts'
import { type Token, type Tokens, tokenize } from './token.ts'

/** A statement that was walked through. */
export interface Statement {
  readonly span: Span
  /** Its first word. */
  readonly head: Span
  readonly scan: Scan
  readonly outcome: Outcome
  readonly tokens: readonly Token[]
  /** The settings where it stands. */
  readonly settings: Settings
}

/** A text taken apart into statements. */
export interface ReadSql {
  readonly tokens: readonly Token[]
  readonly statements: readonly Statement[]
  /** The settings behind it. */
  readonly settings: Settings
  readonly error: Tokens['error']
}

/** Takes a text apart. Where it cannot be SQL (`error`), there are no statements. */
export function readSql(source: string, values: Readonly<Record<string, string>>, settings: Settings = {}): ReadSql {
  const { tokens, error } = tokenize(source)
  const broken = error ?? bracketError(tokens)
  if (broken !== null) return { tokens, statements: [], settings, error: broken }
  const ranges = statementRanges(tokens)
  const open = ranges.find((range) => range.open)
  if (open !== undefined) {
    const where = { start: tokens[open.from]!.start, end: tokens[open.to - 1]!.end }
    return { tokens, statements: [], settings, error: { ...where, message: 'This BEGIN has no END.' } }
  }
  const close = closings(tokens)
  let now = settings
  const statements = ranges.map((range) => {
    const scan = newScan(tokens, close, { ...values, ...plainSettings(now) })
    const statement = readStatement(source, scan, range, now)
    now = settingsAfter(source, statement.tokens, now, values)
    return statement
  })
  return { tokens, statements, settings: now, error: null }
}

function readStatement(source: string, scan: Scan, range: StatementRange, settings: Settings): Statement {
  const [first, last] = [scan.tokens[range.from]!, scan.tokens[range.to - 1]!]
  const outcome = isTooDeep(scan, range) ? doubt(scan, range.from, range.to) : scanRange(scan, range)
  const walked = outcome.kind === 'query' || outcome.kind === 'write' || outcome.view !== undefined
  if (walked && range.pieces.length === 0) takeSecondReading(source, scan, first.start, last.end)
  return {
    span: { start: first.start, end: last.end },
    head: { start: first.start, end: first.end },
    scan,
    outcome,
    tokens: scan.tokens.slice(range.from, range.to),
    settings,
  }
}

/** Whether brackets stand in brackets more often than a walk can follow. */
function isTooDeep(scan: Scan, { from, to }: StatementRange): boolean {
  let depth = 0
  for (let at = from; at < to && depth <= 300; at++) {
    const { key } = scan.tokens[at]!
    depth += key === '(' ? 1 : key === ')' ? -1 : 0
  }
  return depth > 300
}

/** Takes in the tables that the parser sees and the walk has not. */
function takeSecondReading(source: string, scan: Scan, start: number, end: number): void {
  for (const table of parsedTables(source.slice(start, end)) ?? []) {
    const span: Span = { start: start + table.start, end: start + table.end }
    const known = scan.uses.some((use) => use.span.start <= span.end && span.start <= use.span.end)
    const path = scan.effects.some(({ resource, where }) => {
      return resource.startsWith('path:') && where.start <= span.start && span.end <= where.end
    })
    if (known || path) continue
    scan.uses.push({ mode: 'read', parts: table.parts, span, form: 'name', creates: false, aliasAt: null })
  }
}

function scanRange(scan: Scan, range: StatementRange): Outcome {
  if (range.pieces.length === 0) return scanStatement(scan, range.from, range.to)
  let writes = false
  for (const { from, to, condition } of range.pieces) {
    if (condition) walk(scan, from, to, new Set(), newScope(scan), 'query')
    else if (!controls.has(scan.tokens[from]!.key)) writes = scanStatement(scan, from, to).kind === 'write' || writes
  }
  // A script's own variables are gone with it.
  const own = new Set(scan.effects.flatMap(({ mode, resource }) => (mode === 'write' ? [resource] : [])))
  const outer = scan.effects.filter(({ resource }) => !(resource.startsWith('session:variable.') && own.has(resource)))
  scan.effects.splice(0, scan.effects.length, ...outer)
  // Whether a statement of a script runs is not known, so what was there before may stay.
  for (const use of scan.uses) {
    if (use.mode === 'write') use.mode = 'update'
  }
  return writes ? { kind: 'write', rows: false } : other
}

/** Statements of scripts that touch nothing outside. */
const controls = new Set(['LEAVE', 'ITERATE', 'SIGNAL', 'RESIGNAL', 'GET', 'OPEN', 'FETCH', 'CLOSE', 'RETURN'])

function bracketError(tokens: readonly Token[]): Tokens['error'] {
  const open: Token[] = []
  for (const { key, start, end } of [...tokens, stop]) {
    if (key === '(') open.push({ ...stop, start, end })
    else if (key === ')' && open.pop() === undefined) return { start, end, message: 'This bracket closes nothing.' }
    else if (key === ';' && open.length > 0) {
      return { start: open.at(-1)!.start, end: open.at(-1)!.end, message: 'This bracket is not closed.' }
    }
  }
  return null
}

const stop: Token = { kind: 'symbol', text: ';', key: ';', value: ';', start: 0, end: 0 }

import type { Span } from '../effect.ts'
import { type Token, tokenize } from './token.ts'

/** A half-open range of indexes of tokens. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A part of a script: a simple statement, or the condition of a control statement. */
export interface Piece extends Range {
  readonly condition: boolean
}

/** A statement of a text; for a `BEGIN … END` script the simple statements and conditions in it. */
export interface StatementRange extends Range {
  /** Empty for anything but a script. */
  readonly pieces: readonly Piece[]
  /** A script that does not end. */
  readonly open: boolean
}

const openers = new Set(['IF', 'WHILE', 'REPEAT', 'LOOP', 'FOR', 'CASE'])
/** Words that part a control statement; MERGE has some of them too. */
const dividers = new Set(['THEN', 'ELSE', 'DO', 'UNTIL', 'ELSEIF', 'WHEN'])

/** The statements of a text, parted by semicolons; those in a script belong to it. Empty ones are left out. */
export function statementRanges(tokens: readonly Token[]): StatementRange[] {
  const ranges: StatementRange[] = []
  let from = 0
  while (from < tokens.length) {
    if (tokens[from]!.key === ';') {
      from++
    } else if (isScript(tokens, from)) {
      const script = readScript(tokens, from)
      ranges.push(script)
      from = script.to
    } else if (bodyOf(tokens, from) !== null) {
      const { to, open } = readScript(tokens, bodyOf(tokens, from)!)
      ranges.push({ from, to, pieces: [], open })
      from = to
    } else {
      let to = from
      while (to < tokens.length && tokens[to]!.key !== ';') to++
      ranges.push({ from, to, pieces: [], open: false })
      from = to
    }
  }
  return ranges
}

/** The spans of the statements of a text, without the semicolons. Text that is no SQL is one statement. */
export function splitStatements(sql: string): Span[] {
  const { tokens, error } = tokenize(sql)
  const spans = statementRanges(tokens).map(({ from, to }) => ({
    start: tokens[from]!.start,
    end: tokens[to - 1]!.end,
  }))
  if (error === null) return spans
  const last = spans.at(-1)
  const goesOn = last !== undefined && tokens.at(-1)?.key !== ';'
  return goesOn
    ? [...spans.slice(0, -1), { start: last.start, end: error.end }]
    : [...spans, { start: error.start, end: error.end }]
}

/** `BEGIN` opens a script, unless it begins a transaction; a label may stand before it. */
function isScript(tokens: readonly Token[], from: number): boolean {
  const at = tokens[from + 1]?.key === ':' && tokens[from]!.kind === 'word' ? from + 2 : from
  return tokens[at]?.key === 'BEGIN' && !['TRANSACTION', 'WORK', ';', undefined].includes(tokens[at + 1]?.key)
}

/** The BEGIN of the body of `CREATE [OR REPLACE] PROCEDURE p(…) … AS BEGIN … END`, or null. */
function bodyOf(tokens: readonly Token[], from: number): number | null {
  if (tokens[from]!.key !== 'CREATE') return null
  if (!tokens.slice(from, from + 4).some(({ key }) => key === 'PROCEDURE')) return null
  for (let at = from; at < tokens.length && tokens[at]!.key !== ';'; at++) if (tokens[at]!.key === 'BEGIN') return at
  return null
}

/** Walks to the END of a script, and cuts it where its control words stand. */
function readScript(tokens: readonly Token[], from: number): StatementRange {
  const pieces: Piece[] = []
  // What is open: a block, a control statement, or a CASE within an expression.
  const open: ('block' | 'control' | 'expression')[] = []
  let start = from
  let fresh = true
  let condition = false
  const cut = (at: number, next: number, conditionNext = false): void => {
    if (at > start) pieces.push({ from: start, to: at, condition })
    start = next
    fresh = true
    condition = conditionNext
  }
  for (let at = from; at < tokens.length; at++) {
    const key = tokens[at]!.key
    if (fresh && tokens[at]!.kind === 'word' && tokens[at + 1]?.key === ':') {
      at++
      start = at + 1
    } else if (key === 'BEGIN' && (fresh || tokens[start]!.key === 'DECLARE')) {
      open.push('block')
      cut(at, at + 1)
      if (tokens[at + 1]?.key === 'NOT') at++
      if (tokens[at + 1]?.key === 'ATOMIC') start = ++at + 1
    } else if (fresh && key === 'FOR' && tokens[at + 2]?.key === 'AS') {
      open.push('control')
      cut(at, at + 3, true)
      at += 2
      fresh = false
    } else if (fresh && openers.has(key)) {
      open.push('control')
      cut(at, at + 1, key !== 'REPEAT' && key !== 'LOOP')
      fresh = !condition
    } else if (key === 'CASE') {
      open.push('expression')
      fresh = false
    } else if (key === 'END') {
      if (open.pop() === 'expression') continue
      cut(at, at + 1)
      // `END IF`, `END LOOP label`: nothing else follows before the semicolon.
      while (tokens[at + 1]?.kind === 'word') at++
      start = at + 1
      if (open.length === 0) return { from, to: at + 1, pieces, open: false }
    } else if (key === ';') {
      cut(at, at + 1)
    } else if (open.at(-1) === 'control' && dividers.has(key) && tokens[start]?.key !== 'MERGE') {
      const next = key === 'WHEN' || key === 'UNTIL' || key === 'ELSEIF'
      cut(at, at + 1, next)
      fresh = !next
    } else fresh = false
  }
  if (tokens.length > start) pieces.push({ from: start, to: tokens.length, condition })
  return { from, to: tokens.length, pieces, open: true }
}

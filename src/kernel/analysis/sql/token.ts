import type { Span } from '../effect.ts'

/**
 * A token of Spark SQL. `word`: an unquoted name or keyword; `quoted`: a name in back-quotes; `parameter`: `:p`;
 * `substitution`: `${p}` or `$p`; `hint`: a comment that starts with `/*+`. Other comments are no tokens.
 */
export interface Token extends Span {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'substitution' | 'hint' | 'symbol'
  /** As it stands in the source. */
  readonly text: string
  /** For a word: upper case; for a symbol: itself; else "". */
  readonly key: string
  /** For names, parameters and strings: what they stand for, without quotes and signs; else the text. */
  readonly value: string
}

/** All tokens of a text; `error` is where it stops being SQL: a string, name or comment that does not end. */
export interface Tokens {
  readonly tokens: readonly Token[]
  readonly error: (Span & { readonly message: string }) | null
}

const space = /[\s\u0000]+/uy
const lineComment = /--(?:\\\r?\n|[^\r\n])*/uy
const word = /[\p{L}\p{M}\p{N}_]+/uy
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:[a-zA-Z_]+\d*)?/uy
const substitution = /\$\{[^{}]*\}|\$[\p{L}_][\p{L}\p{N}_]*/uy
const symbols = /<=>|>>>|\|>|\|\||<=|>=|<>|!=|==|::|->|=>|<<|>>|[^]/uy

/** Cuts SQL into tokens the way Spark does. Never throws. */
export function tokenize(sql: string): Tokens {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    return pattern.exec(sql)?.[0] ?? null
  }
  const push = (kind: Token['kind'], end: number, value?: string): void => {
    const text = sql.slice(at, end)
    const key = kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : ''
    tokens.push({ kind, text, key, value: value ?? text, start: at, end })
    at = end
  }
  const broken = (what: string): Tokens => {
    return { tokens, error: { start: at, end: sql.length, message: `This ${what} does not end.` } }
  }

  while (at < sql.length) {
    const skip = match(space) ?? match(lineComment)
    if (skip !== null) {
      at += skip.length
      continue
    }
    const here = sql[at]!
    const two = sql.slice(at, at + 2)
    if (two === '/*') {
      const end = commentEnd(sql, at)
      if (end < 0) return broken('comment')
      if (sql[at + 2] === '+') push('hint', end)
      else at = end
    } else if (here === '`') {
      const end = quoteEnd(sql, at, '`', false)
      if (end < 0) return broken('quoted name')
      push('quoted', end, sql.slice(at + 1, end - 1).replaceAll('``', '`'))
    } else if (here === "'" || here === '"' || /^[rR]['"]$/.test(two)) {
      const raw = here === 'r' || here === 'R'
      const end = quoteEnd(sql, at + (raw ? 1 : 0), raw ? two[1]! : here, !raw)
      if (end < 0) return broken('string')
      const inner = sql.slice(at + (raw ? 2 : 1), end - 1)
      push('string', end, raw ? inner : unescape(inner))
    } else if (two === '$$') {
      const end = sql.indexOf('$$', at + 2)
      if (end < 0) return broken('string')
      push('string', end + 2, sql.slice(at + 2, end))
    } else if (here === '$' && match(substitution) !== null) {
      const text = match(substitution)!
      push('substitution', at + text.length, text.replace(/^\$\{?|\}$/g, '').trim())
    } else if (here === ':' && isParameter(sql, at, tokens)) {
      at++
      const name = match(word)!
      at--
      push('parameter', at + 1 + name.length, name)
    } else {
      const previous = tokens.at(-1)
      const afterName = previous?.end === at && ['word', 'quoted', 'substitution'].includes(previous.kind)
      const afterDot = previous?.key === '.' && previous.end === at
      const name = match(word)
      const digits = afterName || afterDot ? null : match(number)
      // A name may start with a digit: `2024_orders`.
      if (digits !== null && (name === null || digits.length >= name.length)) push('number', at + digits.length)
      else if (name !== null) push('word', at + name.length)
      else push('symbol', at + match(symbols)!.length)
    }
  }
  return { tokens, error: null }
}

/** The end of a bracketed comment; they nest. -1: there is none. */
function commentEnd(sql: string, start: number): number {
  let depth = 0
  for (let at = start; at < sql.length;) {
    const two = sql.slice(at, at + 2)
    if (two === '/*') depth++
    else if (two === '*/') depth--
    else {
      at++
      continue
    }
    at += 2
    if (depth === 0) return at
  }
  return -1
}

/** The offset behind the closing quote, -1 if there is none. A doubled quote is a quote inside. */
function quoteEnd(sql: string, start: number, quote: string, escapes: boolean): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (escapes && sql[at] === '\\') at++
    else if (sql[at] === quote) {
      if (sql[at + 1] === quote && quote === '`') at++
      else return at + 1
    }
  }
  return -1
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r', 0: '\0' })[letter] ?? letter)
}

/**
 * Whether the colon at `at` starts a parameter. It is none right behind a value, where it is a path into it (`raw:owner`), nor
 * between a field and its type (`STRUCT<a :INT>`).
 */
function isParameter(sql: string, at: number, tokens: readonly Token[]): boolean {
  if (!/^[\p{L}_]/u.test(sql.slice(at + 1, at + 3))) return false
  const previous = tokens.at(-1)
  if (previous === undefined) return true
  if (previous.key === ':') return false
  const value = previous.kind === 'word' || previous.kind === 'quoted' || [')', ']'].includes(previous.key)
  if (!value) return true
  return previous.end < at && !inStruct(tokens)
}

/** Whether what comes next stands in the angle brackets of a `STRUCT<…>`. */
function inStruct(tokens: readonly Token[]): boolean {
  let depth = 0
  for (let index = tokens.length - 1; index >= 0 && tokens.length - index < 200; index--) {
    const key = tokens[index]!.key
    if (key === '>') depth++
    else if (key === '>>') depth += 2
    else if (key === '<' && depth-- === 0) return ['STRUCT', 'ARRAY', 'MAP'].includes(tokens[index - 1]?.key ?? '')
    else if (key === ';') return false
  }
  return false
}

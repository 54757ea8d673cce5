import { scanInsertTarget } from './insert.ts'
import { isIdentifierCall, readName } from './name.ts'
import { scanRelation, scanTableOperand } from './relation.ts'
import { closeOf, isNameStart, isTableStart, keyAt, newScope, type Scan, type Scope, spanOf } from './scan.ts'

/** The names of the common table expressions that are seen at a place, lower case. */
export type Ctes = ReadonlySet<string>

/** What a stretch of tokens is: a query, the relations of a FROM, the arguments of a table function, or expressions. */
export type Stretch = 'query' | 'relations' | 'arguments' | 'expression'

/** Words that end a FROM clause. */
const clauseEnds = new Set([
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'SORT',
  'CLUSTER',
  'DISTRIBUTE',
  'LIMIT',
  'OFFSET',
  'WINDOW',
  'QUALIFY',
  'SELECT',
  'SET',
  '|>',
])
/** What may follow the first part of a query, if that stands in brackets. */
const queryGoesOn = new Set([
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'MINUS',
  'ORDER',
  'SORT',
  'CLUSTER',
  'DISTRIBUTE',
  'LIMIT',
  'OFFSET',
  'WINDOW',
  '|>',
  ';',
])
const setOperators = new Set(['UNION', 'EXCEPT', 'INTERSECT', 'MINUS'])

/** Walks through a query and all within it, and notes the tables it reads and the columns it qualifies. */
export function scanQuery(scan: Scan, from: number, to: number, ctes: Ctes, outer: Scope | null): void {
  walk(scan, from, to, ctes, newScope(scan, outer), 'query')
}

/** Walks through tokens; subqueries in them are found whatever the stretch is. */
export function walk(scan: Scan, from: number, to: number, seen: Ctes, given: Scope, stretch: Stretch): void {
  let ctes = seen
  let scope = given
  // What the next comma means: in a FROM clause another relation follows, in a list of columns none.
  let comma: 'relation' | 'other' = stretch === 'relations' ? 'relation' : 'other'
  let expect = stretch === 'relations'
  const clauses = stretch === 'query'

  for (let at = from; at < to;) {
    if (expect) {
      expect = false
      at = scanRelation(scan, at, to, ctes, scope)
      continue
    }
    const key = keyAt(scan, at, to)
    const next = keyAt(scan, at + 1, to)
    if (key === '(') {
      scanGroup(scan, at, to, ctes, scope)
      at = closeOf(scan, at, to) + 1
      continue
    }
    if (key === ',' && comma === 'relation') {
      expect = true
    } else if (clauses && key === 'FROM' && !isDistinctFrom(scan, at)) {
      expect = true
      comma = 'relation'
    } else if (key === 'JOIN' && stretch !== 'expression' && stretch !== 'arguments') {
      expect = true
      comma = 'relation'
    } else if (key === 'LATERAL' && next === 'VIEW') {
      // All relations stand before it; its commas part the names of columns.
      comma = 'other'
    } else if (clauses && isCteStart(scan, at, to)) {
      const after = scanCtes(scan, at, to, ctes, scope.outer)
      at = after.next
      ctes = after.ctes
      continue
    } else if (clauses && setOperators.has(key) && isOperandNext(scan, at, to)) {
      scope = newScope(scan, scope.outer)
      comma = 'other'
    } else if (clauses && clauseEnds.has(key)) {
      comma = 'other'
    } else if (clauses && key === 'INSERT' && (next === 'INTO' || next === 'OVERWRITE')) {
      at = scanInsertTarget(scan, at, to)
      continue
    } else if ((clauses || stretch === 'arguments') && key === 'TABLE' && isTableOperand(scan, at + 1, to)) {
      at = scanTableOperand(scan, at, to, ctes, scope)
      continue
    } else if (isNameStart(scan.tokens[at])) {
      at = scanColumn(scan, at, to, scope)
      continue
    }
    at++
  }
  if (expect) scan.doubts.push(spanOf(scan, to - 1, to - 1))
}

/** Walks through what a pair of brackets holds: a subquery, or expressions. */
export function scanGroup(scan: Scan, open: number, to: number, ctes: Ctes, scope: Scope): void {
  const close = closeOf(scan, open, to)
  if (isQueryStart(scan, open + 1, close)) scanQuery(scan, open + 1, close, ctes, scope)
  else walk(scan, open + 1, close, ctes, scope, 'expression')
}

/** Whether a query starts here, brackets around its first part included. */
export function isQueryStart(scan: Scan, from: number, to: number): boolean {
  let at = from
  let end = to
  while (keyAt(scan, at, end) === '(') {
    const close = closeOf(scan, at, end)
    // `(SELECT …) q JOIN …` in brackets is a relation, not a query.
    if (close + 1 < end && !queryGoesOn.has(keyAt(scan, close + 1, end))) return false
    end = close
    at++
  }
  const key = keyAt(scan, at, to)
  if (key === 'TABLE') return isTableOperand(scan, at + 1, to)
  if (key === 'VALUES') return keyAt(scan, at + 1, to) !== '.' && at + 1 < to
  if (key === 'FROM') return isNameStart(scan.tokens[at + 1]) || keyAt(scan, at + 1, to) === '('
  return key === 'SELECT' || (key === 'WITH' && isCteStart(scan, at, to))
}

function isTableOperand(scan: Scan, at: number, to: number): boolean {
  return isTableStart(scan, at, to) || (at < to && keyAt(scan, at, to) === '(')
}

/** `SELECT * EXCEPT (a, b)` is no set operation. */
function isOperandNext(scan: Scan, at: number, to: number): boolean {
  const skip = ['ALL', 'DISTINCT'].includes(keyAt(scan, at + 1, to)) ? 2 : 1
  return isQueryStart(scan, at + skip, to)
}

function isDistinctFrom(scan: Scan, at: number): boolean {
  return keyAt(scan, at - 1) === 'DISTINCT' && ['IS', 'NOT'].includes(keyAt(scan, at - 2))
}

/** `WITH name [(columns)] AS (`: not `WITH ROLLUP`, `WITH SCHEMA EVOLUTION` and the like. */
export function isCteStart(scan: Scan, at: number, to: number): boolean {
  if (keyAt(scan, at, to) !== 'WITH') return false
  const name = keyAt(scan, at + 1, to) === 'RECURSIVE' && keyAt(scan, at + 2, to) !== 'AS' ? at + 2 : at + 1
  if (name >= to || !isNameStart(scan.tokens[name])) return false
  return cteBody(scan, name, to) !== null
}

/** The `(` of a common table expression whose name stands at `name`. */
function cteBody(scan: Scan, name: number, to: number): number | null {
  let at = name + 1
  if (keyAt(scan, at, to) === '(') at = closeOf(scan, at, to) + 1
  if (keyAt(scan, at, to) === 'MAX' && keyAt(scan, at + 1, to) === 'RECURSION') at += 4
  if (keyAt(scan, at, to) === 'AS') at++
  if (keyAt(scan, at, to) === 'NOT') at++
  if (keyAt(scan, at, to) === 'MATERIALIZED') at++
  return keyAt(scan, at, to) === '(' && isQueryStart(scan, at + 1, closeOf(scan, at, to)) ? at : null
}

/** Walks through `WITH a AS (…), b AS (…)`; each sees those before it. */
export function scanCtes(scan: Scan, at: number, to: number, seen: Ctes, outer: Scope | null) {
  const ctes = new Set(seen)
  let name = at + 1
  const recursive = keyAt(scan, name, to) === 'RECURSIVE' && keyAt(scan, name + 1, to) !== 'AS'
  if (recursive) name++
  for (;;) {
    const body = name < to && isNameStart(scan.tokens[name]) ? cteBody(scan, name, to) : null
    if (body === null) return { next: name, ctes }
    const own = scan.tokens[name]!.value.toLowerCase()
    const close = closeOf(scan, body, to)
    scanQuery(scan, body + 1, close, recursive ? new Set([...ctes, own]) : new Set(ctes), outer)
    ctes.add(own)
    if (keyAt(scan, close + 1, to) !== ',') return { next: close + 1, ctes }
    name = close + 2
  }
}

/** A column, function or keyword; what follows it is next. */
function scanColumn(scan: Scan, at: number, to: number, scope: Scope): number {
  if (isIdentifierCall(scan, at, to)) return readName(scan, at, to).next
  const names = [scan.tokens[at]!]
  let next = at + 1
  while (keyAt(scan, next, to) === '.' && next + 1 < to) {
    const part = scan.tokens[next + 1]!
    if (!isNameStart(part) && part.key !== '*') break
    names.push(part)
    next += 2
  }
  if (names.length >= 3 && keyAt(scan, at - 1) !== ':') scan.chains.push({ names, scope })
  return next
}

import { readName, notePath, noteNamed, noteUse, isIdentifierCall } from './name.ts'
import { type Ctes, isQueryStart, scanGroup, scanQuery, walk } from './query.ts'
import { closeOf, isNameStart, isTableStart, keyAt, type Scan, type Scope, spanOf } from './scan.ts'

/** Words that follow a relation and are not its alias. */
const notAlias = new Set([
  'ANTI',
  'CROSS',
  'EXCEPT',
  'FULL',
  'INNER',
  'INTERSECT',
  'JOIN',
  'LATERAL',
  'LEFT',
  'NATURAL',
  'ON',
  'RIGHT',
  'SEMI',
  'MINUS',
  'UNION',
  'USING',
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
  'PIVOT',
  'UNPIVOT',
  'TABLESAMPLE',
  'SET',
  'WHEN',
  'SELECT',
  'INSERT',
  'VALUES',
  'WITH',
  'AS',
  'FOR',
  'RETURNING',
])
const units = /^(?:YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)S?$/

/** Functions whose first argument is a path, and those whose first argument names a table. */
const pathFunctions = new Set(['read_files', 'cloud_files', 'read_statestore', 'read_state_metadata'])
const tableFunctions = new Set(['table_changes', 'table_changes_by_path', 'vector_search', 'event_log'])

/** Walks through one relation of a FROM clause with its alias: a table, a subquery, a function, relations in brackets. The answer is what follows. */
export function scanRelation(scan: Scan, from: number, to: number, ctes: Ctes, scope: Scope): number {
  let at = from
  while (['LATERAL', 'ONLY'].includes(keyAt(scan, at, to)) && at + 1 < to) at++
  const key = keyAt(scan, at, to)
  const next = keyAt(scan, at + 1, to)
  if (key === '(') {
    scanBracketed(scan, at, to, ctes, scope)
    return skipAlias(scan, closeOf(scan, at, to) + 1, to)
  }
  if (key === 'VALUES' && next !== '.') return skipRows(scan, at + 1, to, ctes, scope)
  if ((key === 'TABLE' || key === 'STREAM') && next === '(') {
    scanBracketed(scan, at + 1, to, ctes, scope)
    return skipAlias(scan, closeOf(scan, at + 1, to) + 1, to)
  }
  if ((key === 'STREAM' || key === 'TABLE') && isNameStart(scan.tokens[at + 1]) && at + 1 < to && !notAlias.has(next))
    at++
  if (at < to && scan.tokens[at]!.kind === 'string') {
    // COPY INTO … FROM (SELECT … FROM '/files')
    notePath(scan, scan.tokens[at]!.value, 'read', spanOf(scan, at, at))
    return skipAlias(scan, at + 1, to)
  }
  if (!isTableStart(scan, at, to)) {
    const last = Math.min(at, to - 1)
    scan.doubts.push(spanOf(scan, last, last))
    return at
  }

  const name = readName(scan, at, to)
  if (keyAt(scan, name.next, to) === '(' && !isIdentifierCall(scan, at, to)) {
    const args = name.next
    noteFunction(scan, name.parts?.at(-1) ?? '', args, to)
    walk(scan, args + 1, closeOf(scan, args, to), ctes, scope, 'arguments')
    return skipAlias(scan, closeOf(scan, args, to) + 1, to)
  }
  const isCte = name.parts?.length === 1 && ctes.has(name.parts[0]!.toLowerCase())
  const use = isCte ? null : noteUse(scan, name, 'read', scope)
  const end = skipSample(scan, skipTime(scan, name.next, to, ctes, scope), to, ctes, scope)
  const after = skipAlias(scan, end, to)
  if (use !== null && after === end) use.aliasAt = scan.tokens[end - 1]!.end
  return after
}

/** Walks through `TABLE t` as a query, and `TABLE t` or `TABLE (…)` as an argument. No alias may follow. */
export function scanTableOperand(scan: Scan, at: number, to: number, ctes: Ctes, scope: Scope): number {
  if (keyAt(scan, at + 1, to) === '(') {
    scanBracketed(scan, at + 1, to, ctes, scope)
    return closeOf(scan, at + 1, to) + 1
  }
  const name = readName(scan, at + 1, to)
  if (name.parts?.length !== 1 || !ctes.has(name.parts[0]!.toLowerCase())) noteUse(scan, name, 'read', null)
  return name.next
}

function scanBracketed(scan: Scan, open: number, to: number, ctes: Ctes, scope: Scope): void {
  const close = closeOf(scan, open, to)
  if (isQueryStart(scan, open + 1, close)) scanQuery(scan, open + 1, close, ctes, scope)
  else walk(scan, open + 1, close, ctes, scope, 'relations')
}

/** What a table function reads by the text of its first argument. */
function noteFunction(scan: Scan, name: string, open: number, to: number): void {
  const named = scan.tokens[open + 2]?.key === '=>' ? open + 3 : open + 1
  const argument = scan.tokens[named]
  if (argument === undefined || named >= to) return
  const plain = [',', ')'].includes(keyAt(scan, named + 1, to)) && argument.kind === 'string'
  if (pathFunctions.has(name.toLowerCase())) {
    notePath(scan, plain ? argument.value : null, 'read', spanOf(scan, named, named))
  } else if (tableFunctions.has(name.toLowerCase()) && argument.key !== 'TABLE') {
    noteNamed(scan, named)
  }
}

/** Skips the rows of an inline table and its alias. */
function skipRows(scan: Scan, from: number, to: number, ctes: Ctes, scope: Scope): number {
  for (let at = from; at < to;) {
    const key = keyAt(scan, at, to)
    if (key === '(') scanGroup(scan, at, to, ctes, scope)
    at = key === '(' ? closeOf(scan, at, to) + 1 : skipValue(scan, at, to, ctes, scope)
    if (keyAt(scan, at, to) !== ',') return skipAlias(scan, at, to)
    at++
  }
  return to
}

/** Skips `[AS] alias [(columns)]`. */
export function skipAlias(scan: Scan, at: number, to: number): number {
  let next = at
  if (keyAt(scan, at, to) === 'AS') next = Math.min(at + 2, to)
  else if (at < to && isNameStart(scan.tokens[at]) && !notAlias.has(keyAt(scan, at, to))) next = at + 1
  if (next === at) return at
  return keyAt(scan, next, to) === '(' ? closeOf(scan, next, to) + 1 : next
}

/** Skips `VERSION AS OF 3`, `FOR TIMESTAMP AS OF …` and `@v3`. */
function skipTime(scan: Scan, from: number, to: number, ctes: Ctes, scope: Scope): number {
  let at = from
  if (keyAt(scan, at, to) === '@') return Math.min(at + 2, to)
  if (keyAt(scan, at, to) === 'FOR') at++
  const word = keyAt(scan, at, to)
  if (!['VERSION', 'TIMESTAMP', 'SYSTEM_VERSION', 'SYSTEM_TIME'].includes(word)) return from
  if (keyAt(scan, at + 1, to) !== 'AS' || keyAt(scan, at + 2, to) !== 'OF') return from
  return skipValue(scan, at + 3, to, ctes, scope)
}

/** Skips `TABLESAMPLE (10 PERCENT) REPEATABLE (1)` and `WITH (options)`. */
function skipSample(scan: Scan, from: number, to: number, ctes: Ctes, scope: Scope): number {
  let at = from
  while (['TABLESAMPLE', 'REPEATABLE', 'WITH'].includes(keyAt(scan, at, to)) && keyAt(scan, at + 1, to) === '(') {
    scanGroup(scan, at + 1, to, ctes, scope)
    at = closeOf(scan, at + 1, to) + 1
  }
  return Math.min(at, to)
}

/** Skips one value expression: operands joined by operators. Always moves on. */
function skipValue(scan: Scan, from: number, to: number, ctes: Ctes, scope: Scope): number {
  let at = from
  for (;;) {
    while (['+', '-'].includes(keyAt(scan, at, to))) at++
    if (keyAt(scan, at, to) === 'INTERVAL') at++
    if (at >= to) return to
    const token = scan.tokens[at]!
    if (token.kind === 'word' && scan.tokens[at + 1]?.kind === 'string' && at + 1 < to) at += 2
    else if (isNameStart(token)) at = readName(scan, at, to).next
    else if (token.key !== '(') at++
    if (keyAt(scan, at, to) === '(') {
      scanGroup(scan, at, to, ctes, scope)
      at = closeOf(scan, at, to) + 1
    }
    while (units.test(keyAt(scan, at, to))) at++
    if (!['+', '-', '*', '/', '||', '::'].includes(keyAt(scan, at, to))) return Math.min(at, to)
  }
}

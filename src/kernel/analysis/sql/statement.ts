import type { Mode, Resource } from '../effect.ts'
import { changes, scanTarget } from './change.ts'
import { scanAlter, scanComment, scanCreate, scanDrop } from './define.ts'
import { notePath, noteUse, readName } from './name.ts'
import { doubt, listing, other, type Outcome, query, session, write } from './outcome.ts'
import { type Ctes, isQueryStart, scanCtes, walk } from './query.ts'
import { scanApply } from './pipeline.ts'
import { containerKind, isTableStart, keyAt, newScope, type Scan, spanOf } from './scan.ts'
import { noteVariables, scanDeclare, scanSetVariable } from './variable.ts'
import { scanDescribe, scanGrant, scanShow, scanUse } from './session.ts'

const none: Ctes = new Set()

type Handler = (scan: Scan, at: number, to: number) => Outcome

/** Walks through one statement, the tokens from `from` to before `to`. */
export function scanStatement(scan: Scan, from: number, to: number): Outcome {
  if (isQueryStart(scan, from, to)) return scanQueryStatement(scan, from, to)
  const handler = handlers.get(keyAt(scan, from, to))
  if (handler !== undefined) return handler(scan, from, to)
  return scanUnknown(scan, from, to)
}

/** A query; `WITH …` may also stand before INSERT, MERGE, UPDATE and DELETE, and `FROM t` before INSERT. */
function scanQueryStatement(scan: Scan, from: number, to: number): Outcome {
  if (keyAt(scan, from, to) === 'WITH') {
    const { next, ctes } = scanCtes(scan, from, to, none, null)
    const handler = changes.get(keyAt(scan, next, to))
    if (handler !== undefined) return handler(scan, next, to, ctes)
    walk(scan, next, to, ctes, newScope(scan), 'query')
    return query
  }
  const before = scan.uses.length
  walk(scan, from, to, none, newScope(scan), 'query')
  const writes = scan.uses.slice(before).some(({ mode }) => mode !== 'read')
  return writes ? write : query
}

/** A statement that nobody here knows: it may do anything to any table. Subqueries in it are noted all the same. */
function scanUnknown(scan: Scan, from: number, to: number): Outcome {
  walk(scan, from, to, none, newScope(scan), 'query')
  scan.doubts.push(spanOf(scan, from, to - 1))
  return other
}

/** Statements whose table follows these words, and how they touch it. */
const commands: readonly (readonly [head: string, words: readonly string[], mode: Mode])[] = [
  ['TRUNCATE', ['TABLE'], 'write'],
  ['OPTIMIZE', ['TABLE', 'FULL'], 'update'],
  ['VACUUM', ['TABLE'], 'update'],
  ['REORG', ['TABLE'], 'update'],
  ['MSCK', ['REPAIR', 'TABLE'], 'update'],
  ['FSCK', ['REPAIR', 'TABLE'], 'update'],
  ['REPAIR', ['TABLE'], 'update'],
  ['RESTORE', ['TABLE'], 'update'],
  ['CONVERT', ['TO', 'DELTA'], 'update'],
  ['UNDROP', ['TABLE', 'MATERIALIZED', 'VIEW'], 'write'],
  ['ANALYZE', ['TABLE'], 'update'],
  ['REFRESH', ['TABLE', 'MATERIALIZED', 'STREAMING', 'VIEW', 'FOREIGN'], 'update'],
  ['UNCACHE', ['TABLE'], 'read'],
]

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...[...changes].map(([head, change]) => [head, (scan, at, to) => change(scan, at, to, none)] as [string, Handler]),
  ...commands.map(
    ([head, words, mode]) => [head, (scan, at, to) => scanCommand(scan, at, to, words, mode)] as [string, Handler],
  ),
  ['CREATE', scanCreate],
  ['REPLACE', scanCreate],
  ['DROP', scanDrop],
  ['ALTER', scanAlter],
  ['COMMENT', scanComment],
  ['DESCRIBE', scanDescribe],
  ['DESC', scanDescribe],
  ['SHOW', scanShow],
  ['USE', scanUse],
  ['GRANT', scanGrant],
  ['REVOKE', scanGrant],
  ['DENY', scanGrant],
  [
    'SET',
    (scan, at, to) => {
      if (keyAt(scan, at + 1, to) === 'CATALOG') return scanUse(scan, at, to)
      if (
        ['VAR', 'VARIABLE'].includes(keyAt(scan, at + 1, to)) &&
        at + 2 < to &&
        !['=', '.'].includes(keyAt(scan, at + 2, to))
      )
        return scanSetVariable(scan, at + 2, to)
      walk(scan, at + 1, to, none, newScope(scan), 'expression')
      // SET alone, and SET with a name alone, only show.
      const shows = !scan.tokens.slice(at, to).some(({ key }) => key === '=' || key === 'ZONE')
      scan.effects.push({ mode: shows ? 'read' : 'update', resource: 'session:conf', where: spanOf(scan, at, to - 1) })
      return shows ? listing : session
    },
  ],
  ['DECLARE', scanDeclare],
  ['APPLY', scanApply],
  ['AUTO', scanApply],
  ['GENERATE', scanGenerate],
  ['SYNC', scanSync],
  ['PUT', scanFile],
  ['GET', scanFile],
  ['REMOVE', scanFile],
  ...['RESET', 'ADD', 'LIST', 'CLEAR'].map((head) => [head, scanSession] as [string, Handler]),
  [
    'EXPLAIN',
    (scan, at, to) => {
      const start = ['EXTENDED', 'CODEGEN', 'COST', 'FORMATTED', 'LOGICAL'].includes(keyAt(scan, at + 1, to))
        ? at + 2
        : at + 1
      const before = scan.uses.length
      if (start < to) scanStatement(scan, start, to)
      // What is explained does not happen.
      const uses = scan.uses.splice(before)
      scan.uses.push(...uses.map((use) => ({ ...use, mode: 'read' as const })))
      for (const [index, effect] of scan.effects.entries()) scan.effects[index] = { ...effect, mode: 'read' }
      return listing
    },
  ],
  [
    'CACHE',
    (scan, at, to) => {
      if (isQueryStart(scan, at + 1, to) && keyAt(scan, at + 1, to) !== 'TABLE') {
        walk(scan, at + 1, to, none, newScope(scan), 'query')
        return other
      }
      const table = keyAt(scan, at + 1, to) === 'LAZY' ? at + 3 : at + 2
      if (!isTableStart(scan, table, to)) return doubt(scan, at, to)
      const name = readName(scan, table, to)
      const start = scan.tokens
        .slice(0, to)
        .findIndex((_, index) => index >= name.next && isQueryStart(scan, index, to))
      if (start < 0 || name.parts === null) {
        noteUse(scan, name, 'read', null)
        return other
      }
      walk(scan, start, to, none, newScope(scan), 'query')
      const resource: Resource = `view:${name.parts.at(-1)!.toLowerCase()}`
      return { ...other, view: { resource, mode: 'write', where: name.span } }
    },
  ],
  [
    'COPY',
    (scan, at, to) => {
      const next = scanTarget(scan, keyAt(scan, at + 1, to) === 'INTO' ? at + 2 : at + 1, to, null)
      walk(scan, next, to, none, newScope(scan), 'expression')
      const from = scan.tokens.slice(0, to).findIndex(({ key }, index) => index >= next && key === 'FROM')
      noteSource(scan, from, to)
      return write
    },
  ],
  [
    'LOAD',
    (scan, at, to) => {
      const words = scan.tokens.slice(at, to)
      const path = words.findIndex(({ kind }) => kind === 'string')
      if (path >= 0) notePath(scan, words[path]!.value, 'read', words[path]!)
      const table = words.findIndex(({ key }) => key === 'TABLE')
      if (table < 0) return doubt(scan, at, to)
      scanTarget(scan, at + table + 1, to, null)
      return write
    },
  ],
  [
    'EXECUTE',
    (scan, at, to) => {
      walk(scan, at + 1, to, none, newScope(scan), 'expression')
      const into = scan.tokens.slice(0, to).findIndex(({ key }, index) => index > at && key === 'INTO')
      if (into >= 0) noteVariables(scan, into + 1, to, 'update')
      return doubt(scan, at, to)
    },
  ],
])

/** The files of `COPY INTO t FROM '/x'`; those of a query in brackets are noted with the query. */
function noteSource(scan: Scan, from: number, to: number): void {
  const source = scan.tokens[from + 1]
  if (from >= 0 && from + 1 < to && source?.kind === 'string') notePath(scan, source.value, 'read', source)
}

/** `GENERATE symlink_format_manifest FOR TABLE t`: it writes files beside those of the table. */
function scanGenerate(scan: Scan, from: number, to: number): Outcome {
  const table = keyAt(scan, from + 3, to) === 'TABLE' ? from + 4 : from + 3
  if (keyAt(scan, from + 2, to) !== 'FOR') return doubt(scan, from, to)
  scanTarget(scan, table, to, null)
  return write
}

/** `SYNC TABLE t FROM s`, `SYNC SCHEMA t FROM s`. */
function scanSync(scan: Scan, from: number, to: number): Outcome {
  const kind = containerKind(keyAt(scan, from + 1, to))
  let at = kind === null ? scanTarget(scan, from + 2, to, null) : noteContainer(scan, from + 2, to, 'update')
  if (keyAt(scan, at, to) === 'AS') at += 2
  if (keyAt(scan, at, to) !== 'FROM' || !isTableStart(scan, at + 1, to)) return doubt(scan, from, to)
  if (kind === null) noteUse(scan, readName(scan, at + 1, to), 'read', null)
  else noteContainer(scan, at + 1, to, 'read')
  return write
}

function noteContainer(scan: Scan, at: number, to: number, mode: Mode): number {
  if (!isTableStart(scan, at, to)) return at
  const { parts, span, next } = readName(scan, at, to)
  scan.containers.push({ kind: 'schema', mode, shallow: false, parts, span })
  return next
}

/** `PUT 'local' INTO '/Volumes/x'`, `GET '/Volumes/x' TO 'local'`, `REMOVE '/Volumes/x'`; `REMOVE WIDGET p`. */
function scanFile(scan: Scan, from: number, to: number): Outcome {
  if (keyAt(scan, from + 1, to) === 'WIDGET' && from + 2 < to) {
    const name = scan.tokens[from + 2]!
    scan.effects.push({ mode: 'write', resource: `param:${name.value}`, where: spanOf(scan, from, to - 1) })
    return session
  }
  const paths = scan.tokens.slice(from, to).filter(({ kind }) => kind === 'string')
  if (paths.length === 0) return doubt(scan, from, to)
  const removes = keyAt(scan, from, to) === 'REMOVE'
  for (const [index, path] of paths.entries())
    notePath(scan, path.value, index === 0 && !removes ? 'read' : 'write', path)
  return write
}

function scanSession(scan: Scan, at: number, to: number): Outcome {
  walk(scan, at + 1, to, none, newScope(scan), 'expression')
  if (['LIST', 'LS'].includes(keyAt(scan, at, to)) && scan.tokens[at + 1]?.kind === 'string') {
    notePath(scan, scan.tokens[at + 1]!.value, 'read', spanOf(scan, at + 1, at + 1))
    return listing
  }
  scan.effects.push({ mode: 'update', resource: 'session:conf', where: spanOf(scan, at, to - 1) })
  return session
}

/** `OPTIMIZE t`, `VACUUM '/x'` and the like. */
function scanCommand(scan: Scan, from: number, to: number, words: readonly string[], mode: Mode): Outcome {
  let at = from + 1
  while (words.includes(keyAt(scan, at, to)) && at + 1 < to) at++
  if (keyAt(scan, at, to) === 'IF') at += keyAt(scan, at + 1, to) === 'NOT' ? 3 : 2
  const token = scan.tokens[at]
  if (token?.kind === 'string' && at < to) {
    notePath(scan, token.value, mode, spanOf(scan, at, at))
    return write
  }
  const next = scanTarget(scan, at, to, null, mode)
  walk(scan, next, to, none, newScope(scan), 'expression')
  return write
}

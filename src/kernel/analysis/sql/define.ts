import type { Mode, Resource } from '../effect.ts'
import { notePath, noteUse, type Name, readName } from './name.ts'
import { isQueryStart, scanGroup, scanQuery, walk } from './query.ts'
import { closeOf, containerKind, isTableStart, keyAt, newScope, type Scan, spanOf } from './scan.ts'
import { doubt, other, type Outcome, session, write } from './outcome.ts'
import { scanFlow } from './pipeline.ts'
import { isSecurable, scanSecurable } from './securable.ts'
import { noteVariables } from './variable.ts'

const modifiers = new Set([
  'OR',
  'REPLACE',
  'REFRESH',
  'GLOBAL',
  'TEMP',
  'TEMPORARY',
  'PRIVATE',
  'EXTERNAL',
  'STREAMING',
  'MATERIALIZED',
  'LIVE',
  'INCREMENTAL',
  'RECURSIVE',
  'FOREIGN',
  'MANAGED',
])
const none = new Set<string>()

interface Head {
  /** The words before what is made: OR, REPLACE, TEMP, … */
  readonly words: ReadonlySet<string>
  /** TABLE, VIEW, FUNCTION, … */
  readonly what: string
  readonly ifExists: boolean
  /** The index of the name. */
  readonly at: number
}

function readHead(scan: Scan, from: number, to: number): Head {
  let at = from + 1
  const words = new Set<string>()
  while (modifiers.has(keyAt(scan, at, to))) words.add(keyAt(scan, at++, to))
  const what = keyAt(scan, at, to)
  at++
  const ifExists = keyAt(scan, at, to) === 'IF'
  if (ifExists) at += keyAt(scan, at + 1, to) === 'NOT' ? 3 : 2
  return { words, what, ifExists, at }
}

/** `CREATE [OR REPLACE] TABLE | [TEMP] VIEW | FUNCTION | SCHEMA | VOLUME | … name …` */
export function scanCreate(scan: Scan, from: number, to: number): Outcome {
  const head = readHead(scan, from, to)
  if (head.what === 'WIDGET') return other
  if (head.what === 'FLOW') return scanFlow(scan, head.at, to)
  if (head.what === 'BLOOMFILTER') return scanIndex(scan, head.at, to)
  if (isSecurable(head.what)) return scanSecurable(scan, from, to)
  if (!isTableStart(scan, head.at, to)) return doubt(scan, from, to)
  const name = readName(scan, head.at, to)
  const mode: Mode = head.ifExists || head.words.has('REFRESH') ? 'update' : 'write'
  switch (head.what) {
    case 'TABLE':
    case 'VIEW': {
      const temp = head.what === 'VIEW' && (head.words.has('TEMP') || head.words.has('TEMPORARY'))
      if (!temp) noteUse(scan, name, mode, null, true)
      scanDefinition(scan, name.next, to)
      if (temp) return tempView(name, mode, head.words.has('GLOBAL'))
      return head.what === 'VIEW' && !head.words.has('MATERIALIZED') ? permanentView(name) : write
    }
    case 'FUNCTION':
      walk(scan, name.next, to, none, newScope(scan), 'query')
      scan.effects.push({ mode: 'update', resource: 'session:udf', where: name.span })
      noteSchemaOf(scan, name)
      return session
    case 'PROCEDURE':
      // What it does happens where it is called.
      scan.effects.push({ mode: 'update', resource: 'session:udf', where: name.span })
      noteSchemaOf(scan, name)
      return session
    default:
      return scanContainer(scan, from, head, name, to)
  }
}

function permanentView(name: Name): Outcome {
  return { ...write, permanentView: name.span }
}

function tempView(name: Name, mode: Mode, global: boolean): Outcome {
  const own = name.parts?.at(-1)?.toLowerCase()
  const resource: Resource = own === undefined ? 'view:*' : global ? `view:global_temp.${own}` : `view:${own}`
  return { kind: 'session', rows: false, view: { resource, mode, where: name.span } }
}

/** What follows the name of a table or view: columns, LIKE, CLONE, LOCATION, options, and the query. */
function scanDefinition(scan: Scan, from: number, to: number): void {
  let files = false
  let asQuery = false
  for (let at = from; at < to; at++) {
    const key = keyAt(scan, at, to)
    const value = scan.tokens[at + 1]
    if (isQueryStart(scan, at, to) && (key !== '(' || keyAt(scan, at - 1) === 'AS') && key !== 'TABLE') {
      scanQuery(scan, at, to, none, null)
      asQuery = true
      break
    }
    if (key === 'AS' && keyAt(scan, at + 1, to) === 'TABLE') {
      scanQuery(scan, at + 1, to, none, null)
      asQuery = true
      break
    }
    if (key === 'USING' && value?.kind === 'word') files = !/^(?:delta|iceberg)$/i.test(value.text)
    if ((key === 'LIKE' || key === 'CLONE') && isTableStart(scan, at + 1, to)) {
      const name = readName(scan, at + 1, to)
      noteUse(scan, name, 'read', null)
      at = name.next - 1
    } else if (key === 'LOCATION' && (value?.kind === 'string' || value?.kind === 'substitution')) {
      notePath(scan, value.kind === 'string' ? value.value : null, 'update', value)
    } else if (key === '(') {
      const close = closeOf(scan, at, to)
      if (files && !asQuery && keyAt(scan, at - 1) === 'OPTIONS') noteOption(scan, at + 1, close)
      scanGroup(scan, at, to, none, newScope(scan))
      at = close
    }
  }
}

/** `OPTIONS (path '/x')` of a table or view over files. */
function noteOption(scan: Scan, from: number, to: number): void {
  for (let at = from; at + 1 < to; at++) {
    const label = scan.tokens[at]!
    const value = scan.tokens[at + 1]!.key === '=' ? scan.tokens[at + 2] : scan.tokens[at + 1]
    if (label.value.toLowerCase() === 'path' && value?.kind === 'string') notePath(scan, value.value, 'read', value)
  }
}

/** Schemas and catalogs hold tables, a volume holds files. */
function scanContainer(scan: Scan, from: number, head: Head, name: Name, to: number): Outcome {
  if (head.what === 'VOLUME') {
    const path = name.parts?.length === 3 ? `/Volumes/${name.parts.join('/')}` : null
    notePath(scan, path, head.ifExists ? 'update' : 'write', name.span)
    noteSchemaOf(scan, name)
    return other
  }
  const kind = containerKind(head.what)
  if (kind === null) return doubt(scan, from, to)
  // What is dropped is gone with its tables; else nothing in it changes.
  const drops = keyAt(scan, from, to) === 'DROP'
  const mode: Mode = drops ? 'write' : 'update'
  scan.containers.push({ kind, mode, shallow: !drops, parts: name.parts, span: name.span })
  return { kind: 'write', rows: false }
}

/** What is made in a schema by its full name needs that schema. */
function noteSchemaOf(scan: Scan, { parts, span }: Name): void {
  if (parts === null || parts.length < 2) return
  scan.containers.push({ kind: 'schema', mode: 'read', shallow: true, parts: parts.slice(0, -1), span })
}

/** `DROP TABLE | VIEW | FUNCTION | SCHEMA | … [IF EXISTS] name` */
export function scanDrop(scan: Scan, from: number, to: number): Outcome {
  const head = readHead(scan, from, to)
  if (head.what === 'VARIABLE' || routines.has(head.what)) {
    if (head.what === 'VARIABLE') noteVariables(scan, head.at, to, 'write')
    else scan.effects.push({ mode: 'update', resource: 'session:udf', where: spanOf(scan, from, to - 1) })
    return session
  }
  if (head.what === 'BLOOMFILTER') return scanIndex(scan, head.at, to)
  if (isSecurable(head.what)) return scanSecurable(scan, from, to)
  if (!isTableStart(scan, head.at, to)) return doubt(scan, from, to)
  const name = readName(scan, head.at, to)
  if (head.what !== 'TABLE' && head.what !== 'VIEW') return scanContainer(scan, from, head, name, to)
  noteUse(scan, name, 'write', null, false, true)
  return write
}

/** `ALTER TABLE | VIEW | SCHEMA | … name …` */
export function scanAlter(scan: Scan, from: number, to: number): Outcome {
  const head = readHead(scan, from, to)
  if (routines.has(head.what)) {
    scan.effects.push({ mode: 'update', resource: 'session:udf', where: spanOf(scan, from, to - 1) })
    return session
  }
  if (isSecurable(head.what)) return scanSecurable(scan, from, to)
  if (!isTableStart(scan, head.at, to)) return doubt(scan, from, to)
  const name = readName(scan, head.at, to)
  if (head.what !== 'TABLE' && head.what !== 'VIEW') return scanContainer(scan, from, head, name, to)
  noteUse(scan, name, 'update', null)
  const isRename = keyAt(scan, name.next, to) === 'RENAME' && keyAt(scan, name.next + 1, to) === 'TO'
  if (isRename && isTableStart(scan, name.next + 2, to)) {
    noteUse(scan, readName(scan, name.next + 2, to), 'write', null, true)
    return write
  }
  const before = scan.uses.length
  scanDefinition(scan, name.next, to)
  // ALTER VIEW v AS query
  return head.what === 'VIEW' && scan.uses.length > before ? permanentView(name) : write
}

const routines = new Set(['FUNCTION', 'PROCEDURE'])

/** `CREATE BLOOMFILTER INDEX ON [TABLE] t FOR COLUMNS (…)`; `at`: behind BLOOMFILTER. */
function scanIndex(scan: Scan, at: number, to: number): Outcome {
  let name = at
  while (['INDEX', 'ON', 'TABLE'].includes(keyAt(scan, name, to))) name++
  if (!isTableStart(scan, name, to)) return doubt(scan, at, to)
  noteUse(scan, readName(scan, name, to), 'update', null)
  return write
}

/** `COMMENT ON TABLE t IS '…'` */
export function scanComment(scan: Scan, from: number, to: number): Outcome {
  const what = keyAt(scan, from + 2, to)
  const at = from + 3
  const kind = containerKind(what)
  if (kind !== null && isTableStart(scan, at, to)) {
    const { parts, span } = readName(scan, at, to)
    scan.containers.push({ kind, mode: 'update', shallow: true, parts, span })
    return other
  }
  if (isSecurable(what)) return scanSecurable(scan, from, to)
  if (what === 'COLUMN' && isTableStart(scan, at, to)) {
    const column = readName(scan, at, to)
    noteUse(scan, { ...column, parts: column.parts?.slice(0, -1) ?? null }, 'update', null)
    return other
  }
  const named = ['TABLE', 'VIEW'].includes(what) || what === 'STREAMING' || what === 'MATERIALIZED'
  const start = what === 'STREAMING' || what === 'MATERIALIZED' ? at + 1 : at
  if (named && isTableStart(scan, start, to)) noteUse(scan, readName(scan, start, to), 'update', null)
  return other
}

import { literalText, notePath, noteUse, readName, splitName } from './name.ts'
import { isQueryStart, scanQuery } from './query.ts'
import { containerKind, isNameStart, isTableStart, keyAt, type Scan, spanOf } from './scan.ts'
import { doubt, listing, other, type Outcome } from './outcome.ts'
import { isSecurable } from './securable.ts'

/** `USE [CATALOG|SCHEMA|DATABASE] x`, `USE c.s`, `SET CATALOG c`. */
export function scanUse(scan: Scan, from: number, to: number): Outcome {
  const word = keyAt(scan, from + 1, to)
  const named = ['CATALOG', 'SCHEMA', 'DATABASE', 'NAMESPACE'].includes(word) && from + 2 < to
  const at = named ? from + 2 : from + 1
  if (at >= to) return doubt(scan, from, to)
  const parts = readLabel(scan, at, to)
  const where = spanOf(scan, at, to - 1)
  const catalog = named && word === 'CATALOG' ? (parts?.at(-1) ?? null) : parts === null ? null : parts.at(-2)
  // A catalog is entered at its schema "default".
  const schema = named && word === 'CATALOG' ? 'default' : (parts?.at(-1) ?? null)
  const kind = named && word === 'CATALOG' ? 'catalog' : 'schema'
  if (parts !== null) scan.containers.push({ kind, mode: 'read', shallow: true, parts, span: where })
  if (catalog !== undefined) scan.effects.push({ mode: 'write', resource: 'session:catalog', where })
  scan.effects.push({ mode: 'write', resource: 'session:schema', where })
  return { kind: 'session', rows: false, schema, ...(catalog === undefined ? {} : { catalog }) }
}

/** `DESCRIBE [TABLE|HISTORY|DETAIL] [EXTENDED] t`, `DESCRIBE QUERY …`; of anything else it says nothing about tables. */
export function scanDescribe(scan: Scan, from: number, to: number): Outcome {
  let at = from + 1
  const rest = (): boolean => at + 1 < to
  if (
    ['FUNCTION', 'SCHEMA', 'DATABASE', 'CATALOG', 'VOLUME', 'CONNECTION', 'SHARE'].includes(keyAt(scan, at, to)) &&
    rest()
  ) {
    const kind = containerKind(keyAt(scan, at, to))
    const name = keyAt(scan, at + 1, to) === 'EXTENDED' && at + 2 < to ? at + 2 : at + 1
    const parts = readLabel(scan, name, to)
    if (kind !== null)
      scan.containers.push({ kind, mode: 'read', shallow: true, parts, span: spanOf(scan, at, to - 1) })
    return listing
  }
  if (keyAt(scan, at, to) === 'QUERY' && rest()) at++
  if (isQueryStart(scan, at, to) && keyAt(scan, at, to) !== 'TABLE') {
    scanQuery(scan, at, to, new Set(), null)
    return listing
  }
  const words = ['TABLE', 'HISTORY', 'DETAIL', 'EXTENDED', 'FORMATTED', 'STREAMING', 'MATERIALIZED', 'VIEW']
  while (words.includes(keyAt(scan, at, to)) && rest() && keyAt(scan, at + 1, to) !== '.') at++
  return scanShown(scan, from, at, to)
}

/** `SHOW CREATE TABLE t`, `SHOW COLUMNS IN t`, …; lists of tables and schemas depend on all that is in them. */
export function scanShow(scan: Scan, from: number, to: number): Outcome {
  const what = keyAt(scan, from + 1, to)
  const at = (...words: string[]): number => {
    const index = scan.tokens.slice(0, to).findIndex(({ key }, each) => each > from + 1 && words.includes(key))
    return index < 0 ? to : index + 1
  }
  if (what === 'CREATE') return scanShown(scan, from, from + 3, to)
  if (what === 'COLUMNS') return scanShown(scan, from, at('IN', 'FROM'), to)
  if (what === 'PARTITIONS' || what === 'TBLPROPERTIES') return scanShown(scan, from, from + 2, to)
  if (what === 'GRANTS' || what === 'GRANT') return scanShown(scan, from, at('TABLE', 'VIEW'), to)
  if (unrelated.has(what)) return listing
  const kind = listed.get(what)
  const span = spanOf(scan, from, to - 1)
  if (kind === undefined) scan.effects.push({ mode: 'read', resource: 'table:*', where: span })
  else {
    const name = at('IN', 'FROM')
    const parts = name < to ? readLabel(scan, name, to) : undefined
    scan.containers.push({ kind, mode: 'read', shallow: false, parts, span })
  }
  return listing
}

/** Lists of what is neither table nor file. */
const unrelated = new Set([
  'ALL',
  'CONNECTIONS',
  'CREDENTIALS',
  'EXTERNAL',
  'FUNCTIONS',
  'GROUPS',
  'POLICIES',
  'EFFECTIVE',
  'PROCEDURES',
  'PROVIDERS',
  'RECIPIENTS',
  'SERVICE',
  'SHARES',
  'STORAGE',
  'SYSTEM',
  'USER',
  'USERS',
  'VARIABLES',
])

/** What these lists are the content of. */
const listed: ReadonlyMap<string, 'schema' | 'catalog'> = new Map<string, 'schema' | 'catalog'>([
  ['TABLES', 'schema'],
  ['TABLE', 'schema'],
  ['VIEWS', 'schema'],
  ['VOLUMES', 'schema'],
  ['SCHEMAS', 'catalog'],
  ['DATABASES', 'catalog'],
  ['NAMESPACES', 'catalog'],
])

function scanShown(scan: Scan, from: number, at: number, to: number): Outcome {
  const token = scan.tokens[at]
  if (at >= to || token === undefined) return listing
  if (token.kind === 'string') notePath(scan, token.value, 'read', spanOf(scan, at, at))
  else if (isNameStart(token)) noteUse(scan, readName(scan, at, to), 'read', null)
  else return { ...doubt(scan, from, to), rows: true }
  return listing
}

/** `GRANT … ON [TABLE] t TO …`: it needs what it is about, and says who may see it. */
export function scanGrant(scan: Scan, from: number, to: number): Outcome {
  const on = scan.tokens.slice(0, to).findIndex(({ key }, index) => index > from && key === 'ON')
  const what = keyAt(scan, on + 1, to)
  if (on < 0 || ['FUNCTION', 'PROCEDURE', 'ANY', 'ANONYMOUS', 'METASTORE'].includes(what)) return other
  const isExternal = what === 'EXTERNAL' || what === 'STORAGE' || what === 'SERVICE'
  if (isExternal || isSecurable(what)) {
    const at = isExternal ? on + 3 : on + 2
    const token = scan.tokens[at]
    const kind = isExternal && what === 'EXTERNAL' ? 'LOCATION' : what
    if (token !== undefined && at < to)
      scan.containers.push({
        kind: 'catalog',
        mode: 'update',
        shallow: false,
        parts: [`${kind} ${token.value}`],
        span: spanOf(scan, at, at),
      })
    return other
  }
  const kind = containerKind(what)
  const named = kind !== null || ['TABLE', 'VIEW', 'VOLUME', 'MATERIALIZED', 'STREAMING'].includes(what)
  const at = what === 'MATERIALIZED' || what === 'STREAMING' ? on + 3 : named ? on + 2 : on + 1
  if (!isTableStart(scan, at, to) || keyAt(scan, at, to) === 'TO') return other
  const name = readName(scan, at, to)
  const shallow = true
  if (kind !== null) scan.containers.push({ kind, mode: 'update', shallow, parts: name.parts, span: name.span })
  else if (what === 'VOLUME')
    notePath(scan, name.parts?.length === 3 ? `/Volumes/${name.parts.join('/')}` : null, 'update', name.span)
  else noteUse(scan, name, 'update', null)
  return other
}

/** The parts of a catalog's or schema's name, which may be given as text; null: not known. */
function readLabel(scan: Scan, at: number, to: number): readonly string[] | null {
  const token = scan.tokens[at]
  if (token === undefined || at >= to) return null
  if (token.kind === 'string') {
    const text = literalText(scan, at, at + 1)
    return text === null ? null : splitName(text)
  }
  return isNameStart(token) ? readName(scan, at, to).parts : null
}

import { notePath, noteUse, readName } from './name.ts'
import { doubt, other, type Outcome, write } from './outcome.ts'
import { containerKind, isNameStart, isTableStart, keyAt, type Scan, spanOf } from './scan.ts'

/** Things that a metastore keeps besides catalogs, schemas, tables and functions: who may see what, and where data comes from. */
const securables = new Set([
  'CONNECTION',
  'CREDENTIAL',
  'GROUP',
  'LOCATION',
  'POLICY',
  'PROVIDER',
  'RECIPIENT',
  'SERVER',
  'SHARE',
  'STORAGE',
  'SERVICE',
  'USER',
])

/** Whether the word behind CREATE, ALTER, DROP, COMMENT ON stands for one of them. */
export function isSecurable(word: string): boolean {
  return securables.has(word)
}

/**
 * Walks through a statement about one of them: it keeps its place among those about the same one, and needs or changes the tables and
 * schemas that it mentions.
 */
export function scanSecurable(scan: Scan, from: number, to: number): Outcome {
  let at = from
  while (at < to && !isSecurable(keyAt(scan, at, to))) at++
  const kind = keyAt(scan, at, to)
  at++
  if (kind === 'STORAGE' || kind === 'SERVICE') at++
  if (keyAt(scan, at, to) === 'IF') at += keyAt(scan, at + 1, to) === 'NOT' ? 3 : 2
  if (at >= to || !(isNameStart(scan.tokens[at]) || scan.tokens[at]!.kind === 'string')) return doubt(scan, from, to)
  // A blank parts it from all catalogs.
  const name = `${kind} ${scan.tokens[at]!.value}`
  scan.containers.push({ kind: 'catalog', mode: 'update', shallow: false, parts: [name], span: spanOf(scan, at, at) })
  const shares = kind === 'SHARE'
  for (let next = at + 1; next < to; next++) next = scanMention(scan, next, to, shares ? 'read' : 'update')
  return kind === 'POLICY' || shares ? write : other
}

/** `ON SCHEMA s`, `ADD TABLE t`, `URL '/x'`. The answer is the last token of it, or `at` if it is none. */
function scanMention(scan: Scan, at: number, to: number, mode: 'read' | 'update'): number {
  const word = keyAt(scan, at, to)
  const next = scan.tokens[at + 1]
  if (word === 'URL' && next?.kind === 'string') notePath(scan, next.value, 'update', next)
  const container = containerKind(word)
  const isTable = word === 'TABLE' || word === 'VIEW'
  // `FOR TABLES`, `WITH SCHEMA …`: only what follows ON, ADD, REMOVE and ALTER is meant.
  if ((container === null && !isTable) || !['ON', 'ADD', 'REMOVE', 'ALTER'].includes(keyAt(scan, at - 1))) return at
  if (!isTableStart(scan, at + 1, to)) return at
  const name = readName(scan, at + 1, to)
  if (isTable) noteUse(scan, name, mode, null)
  else scan.containers.push({ kind: container!, mode, shallow: false, parts: name.parts, span: name.span })
  return name.next - 1
}

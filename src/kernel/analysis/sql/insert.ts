import { notePath, noteUse, readName } from './name.ts'
import { closeOf, isTableStart, keyAt, type Scan, spanOf } from './scan.ts'

/**
 * Walks through `INSERT [WITH SCHEMA EVOLUTION] INTO|OVERWRITE [TABLE] t [PARTITION (…)] [REPLACE WHERE …]` as far as it is fixed; the
 * rest is columns, a condition and a query. The answer is the index of the token behind.
 */
export function scanInsertTarget(scan: Scan, from: number, to: number): number {
  let at = from + 1
  if (keyAt(scan, at, to) === 'WITH') at += 3
  const overwrite = keyAt(scan, at, to) === 'OVERWRITE'
  at++
  if (overwrite && keyAt(scan, at, to) === 'INTO') at++
  if (keyAt(scan, at, to) === 'LOCAL') at++
  if (keyAt(scan, at, to) === 'DIRECTORY') {
    const target = scan.tokens[at + 1]
    const last = Math.min(at + 1, to - 1)
    const path = target?.kind === 'string' && at + 1 < to ? target.value : null
    notePath(scan, path, overwrite ? 'write' : 'update', spanOf(scan, last, last))
    return Math.min(at + 2, to)
  }
  if (keyAt(scan, at, to) === 'ONCE' && isTableStart(scan, at + 1, to) && keyAt(scan, at + 1, to) !== 'BY') at++
  if (keyAt(scan, at, to) === 'TABLE') at++
  if (!isTableStart(scan, at, to)) {
    scan.doubts.push(spanOf(scan, from, Math.min(at, to) - 1))
    return Math.max(at, from + 1)
  }
  const name = readName(scan, at, to)
  // Where only some partitions or rows are replaced, the others stay.
  const partial = keyAt(scan, name.next, to) === 'PARTITION'
  noteUse(scan, name, overwrite && !partial ? 'write' : 'update', null)
  return Math.min(partial ? closeOf(scan, name.next + 1, to) + 1 : name.next, to)
}

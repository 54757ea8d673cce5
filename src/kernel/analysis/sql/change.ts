import type { Mode } from '../effect.ts'
import { scanInsertTarget } from './insert.ts'
import { noteUse, readName } from './name.ts'
import { doubt, type Outcome, write } from './outcome.ts'
import { type Ctes, walk } from './query.ts'
import { scanRelation, skipAlias } from './relation.ts'
import { isTableStart, keyAt, newScope, type Scan, type Scope } from './scan.ts'

/** Walks through a statement behind the common table expressions that stand before it. */
export type Change = (scan: Scan, at: number, to: number, ctes: Ctes) => Outcome

/** Statements that change the rows of a table. */
export const changes: ReadonlyMap<string, Change> = new Map<string, Change>([
  [
    'INSERT',
    (scan, at, to, ctes) => {
      walk(scan, scanInsertTarget(scan, at, to), to, ctes, newScope(scan), 'query')
      return write
    },
  ],
  [
    'MERGE',
    (scan, at, to, ctes) => {
      const scope = newScope(scan)
      const into = keyAt(scan, at + 1, to) === 'WITH' ? at + 4 : at + 1
      let next = scanTarget(scan, keyAt(scan, into, to) === 'INTO' ? into + 1 : into, to, scope)
      if (keyAt(scan, next, to) === 'USING') next = scanRelation(scan, next + 1, to, ctes, scope)
      else doubt(scan, at, to)
      walk(scan, next, to, ctes, scope, 'expression')
      return write
    },
  ],
  [
    'UPDATE',
    (scan, at, to, ctes) => {
      const scope = newScope(scan)
      walk(scan, scanTarget(scan, at + 1, to, scope), to, ctes, scope, 'query')
      return write
    },
  ],
  [
    'DELETE',
    (scan, at, to, ctes) => {
      const scope = newScope(scan)
      const target = keyAt(scan, at + 1, to) === 'FROM' ? at + 2 : at + 1
      walk(scan, scanTarget(scan, target, to, scope), to, ctes, scope, 'query')
      return write
    },
  ],
])

/** Reads the table that a statement changes, with its alias. */
export function scanTarget(scan: Scan, at: number, to: number, scope: Scope | null, mode: Mode = 'update'): number {
  if (!isTableStart(scan, at, to)) {
    doubt(scan, Math.min(at, to - 1), to)
    return Math.min(at, to)
  }
  const name = readName(scan, at, to)
  const use = noteUse(scan, name, mode, scope)
  if (scope === null) return name.next
  const end = skipAlias(scan, name.next, to)
  if (use !== null && end === name.next) use.aliasAt = scan.tokens[name.next - 1]!.end
  return end
}

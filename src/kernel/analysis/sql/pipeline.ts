import { scanTarget } from './change.ts'
import { doubt, type Outcome, write } from './outcome.ts'
import { walk } from './query.ts'
import { scanRelation } from './relation.ts'
import { keyAt, newScope, type Scan } from './scan.ts'
import { changes } from './change.ts'

const none = new Set<string>()

/** `CREATE FLOW f [COMMENT '…'] AS INSERT INTO [ONCE] t …` or `… AS AUTO CDC INTO t FROM …`; `at`: the name of the flow. */
export function scanFlow(scan: Scan, at: number, to: number): Outcome {
  for (let next = at + 1; next < to; next++) {
    if (keyAt(scan, next, to) !== 'AS') continue
    const word = keyAt(scan, next + 1, to)
    if (word === 'INSERT') return changes.get('INSERT')!(scan, next + 1, to, none)
    if (word === 'AUTO' || word === 'APPLY') return scanApply(scan, next + 1, to)
  }
  return doubt(scan, at, to)
}

/** `APPLY CHANGES INTO t FROM stream KEYS (…) …`, which is also called `AUTO CDC INTO`. */
export function scanApply(scan: Scan, from: number, to: number): Outcome {
  const words = `${keyAt(scan, from, to)} ${keyAt(scan, from + 1, to)}`
  const isInto = keyAt(scan, from + 2, to) === 'INTO'
  if ((words !== 'APPLY CHANGES' && words !== 'AUTO CDC') || !isInto) return doubt(scan, from, to)
  let at = scanTarget(scan, from + 3, to, null)
  while (at < to && keyAt(scan, at, to) !== 'FROM') at++
  if (at >= to) return doubt(scan, from, to)
  const scope = newScope(scan)
  let source = at + 1
  while (keyAt(scan, source, to) === 'SNAPSHOT') source++
  walk(scan, scanRelation(scan, source, to, none, scope), to, none, scope, 'expression')
  return write
}

import { Kind, tokenize, type ParseNode } from '../../analysis/index.ts'
import { pythonFacts } from '../python-facts.ts'
import type { CellRule, Found } from '../rule.ts'

const clocks =
  /(^|\.)(datetime\.(now|utcnow|today)|date\.today|Timestamp\.(now|today|utcnow))$|^(F\.|functions\.)?current_date$/
/** Names of those who measure how long something takes, or who tell one run from another. */
const timing =
  /start|begin|end|stop|finish|\bt\d|_t\d|tic|toc|elapsed|duration|time|stamp|^ts$|_ts$|now|run|version|name|suffix|prefix|path|file|_id$|_at$/i

/** A result that is another one tomorrow: today's date in a name or a condition. Once a cell. */
export const clock: CellRule = function* ({ kind, source, analysis }): Iterable<Found> {
  if (analysis.broken) return
  if (kind === 'sql') yield* inSql(source)
  if (kind !== 'python' || !/\bnow\b|\btoday\b|\butcnow\b|\bcurrent_date\b/.test(source)) return
  for (const { node, name } of pythonFacts(source).calls) {
    if (!clocks.test(name) || !isValueOf(node, source)) continue
    yield found({ start: node.start, end: node.start + node.length }, source)
    return
  }
}

/** Whether the clock is what a name is given: by itself, as text, or some days before or after. */
function isValueOf(call: ParseNode, source: string): boolean {
  let node = call
  for (;;) {
    const { parent } = node
    if (parent === undefined) return false
    if (parent.nodeType === Kind.Assignment) {
      const { leftExpr, rightExpr } = parent.d
      return leftExpr.nodeType === Kind.Name && rightExpr === node && counts(leftExpr.d.value, parent, source)
    }
    const isPart =
      parent.nodeType === Kind.MemberAccess ||
      (parent.nodeType === Kind.Call && parent.d.leftExpr === node) ||
      (parent.nodeType === Kind.BinaryOperation && parent.d.leftExpr === node) ||
      parent.nodeType === Kind.Argument ||
      (parent.nodeType === Kind.Call &&
        node.nodeType === Kind.Argument &&
        /^(str|F\.lit|lit)$/.test(textOf(parent.d.leftExpr, source)))
    if (!isPart) return false
    node = parent
  }
}

/** Whether the value is a day: with hours and minutes it tells one run from another, and a difference is a length of time. */
function counts(name: string, { start, length }: ParseNode, source: string): boolean {
  const text = source.slice(start, start + length)
  return (
    !timing.test(name) &&
    !/%[HMS]|%s\b|\)\s*-\s*(?!.*(timedelta|delta|Day))/.test(text) &&
    !new RegExp(String.raw`-\s*${name}\b`).test(source)
  )
}

function textOf({ start, length }: ParseNode, source: string): string {
  return source.slice(start, start + length)
}

/** `WHERE day = current_date()`: what is kept hangs on the day. A column with the time of loading does not. */
function* inSql(source: string): Iterable<Found> {
  if (!/current_date|getdate|\bnow\s*\(/i.test(source)) return
  let condition = false
  for (const { key, start, end } of tokenize(source).tokens) {
    if (['WHERE', 'HAVING', 'QUALIFY'].includes(key)) condition = true
    if (['SELECT', 'GROUP', 'ORDER', ';'].includes(key)) condition = false
    if (condition && ['CURRENT_DATE', 'GETDATE', 'NOW'].includes(key)) {
      yield found({ start, end }, source)
      return
    }
  }
}

function found(where: Found['where'], source: string): Found {
  return {
    code: 'clock-in-result',
    where,
    message: `${source.slice(where.start, where.end)} is another day tomorrow, and so is the result. Make the day a parameter, so that any day can be computed again.`,
  }
}

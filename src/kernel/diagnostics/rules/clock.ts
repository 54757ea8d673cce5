import { Kind, tokenize, type ParseNode } from '../../analysis/index.ts'
import { pythonFacts, statementAround } from '../python-facts.ts'
import type { CellRule, Found } from '../rule.ts'

const clocks =
  /(^|\.)(datetime\.(now|utcnow|today)|date\.today|Timestamp\.(now|today|utcnow))$|^(F\.|functions\.)?current_date$/
/** Names of those who measure how long something takes. */
const timing = /start|begin|end|stop|finish|t0|t1|tic|toc|elapsed|duration|time|stamp|now$|run_?id|version/i
const shown = /^(print|display|displayHTML|logging|logger|log)\b/

/** A result that is another one tomorrow: today's date in a name or a condition. Once a cell. */
export const clock: CellRule = function* ({ kind, source, analysis }): Iterable<Found> {
  if (analysis.broken) return
  if (kind === 'sql') yield* inSql(source)
  if (kind !== 'python' || !/\bnow\b|\btoday\b|\butcnow\b|\bcurrent_date\b/.test(source)) return
  for (const { node, name } of pythonFacts(source).calls) {
    if (!clocks.test(name)) continue
    const statement = statementAround(node)
    if (!counts(statement, source)) continue
    yield found({ start: node.start, end: node.start + node.length }, source)
    return
  }
}

/** Whether a statement makes something of the time: it binds a name that is not about time itself. */
function counts(statement: ParseNode, source: string): boolean {
  const text = source.slice(statement.start, statement.start + statement.length)
  if (statement.nodeType !== Kind.Assignment || shown.test(text)) return false
  const target = statement.d.leftExpr
  if (target.nodeType !== Kind.Name || timing.test(target.d.value)) return false
  return !new RegExp(String.raw`-\s*${target.d.value}\b`).test(source)
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

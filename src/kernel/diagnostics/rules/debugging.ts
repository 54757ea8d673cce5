import { Kind, type CallNode } from '../../analysis/index.ts'
import { pythonFacts, statementAround, textOf } from '../python-facts.ts'
import type { CellRule, Found } from '../rule.ts'

const breakpoints = /^(breakpoint|(i?pdb|pudb)\.(set_trace|pm)|embed|IPython\.embed|ic|icecream\.ic)$/
/** What people print to see whether a place is reached. */
const marks =
  /^[\s\W\d]*(?:here\d*|debug(?:ging)?|dbg|xxx+|foo|bar|asdf?|qwe?|got here|in here|reached|!+|\?+)[\s\W\d]*$/i

/** Breakpoints, and prints that say nothing to a reader. */
export const debugging: CellRule = function* ({ kind, source, analysis }): Iterable<Found> {
  if (kind !== 'python' || analysis.broken || !/breakpoint|set_trace|\bprint\b|\bic\b|embed/.test(source)) return
  for (const { node, name } of pythonFacts(source).calls) {
    // Only what stands by itself can go.
    if (statementAround(node) !== node) continue
    const where = { start: node.start, end: node.start + node.length }
    const text = source.slice(where.start, where.end).split('\n')[0]
    if (breakpoints.test(name) && !(name === 'embed' && !/IPython/.test(source)))
      yield {
        code: 'print-debugging-left',
        where,
        message: `${text} stops here and waits for somebody; in a job nobody is there. Remove it.`,
      }
    else if (name === 'print' && isMark(node))
      yield { code: 'print-debugging-left', where, message: `${text} looks like a trace of debugging. Remove it.` }
  }
}

function isMark(call: CallNode): boolean {
  const [first] = call.d.args.filter(({ d }) => d.name === undefined)
  if (first === undefined) return false
  const { valueExpr } = first.d
  const text = textOf(valueExpr)
  if (text !== null) return marks.test(text) && (call.d.args.length === 1 || /debug|dbg|xxx/i.test(text))
  return call.d.args.length === 1 && valueExpr.nodeType === Kind.Number
}

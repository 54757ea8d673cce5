import { Kind, type ParseNode } from '../../analysis/index.ts'
import { pythonFacts } from '../python-facts.ts'
import type { CellRule, Found } from '../rule.ts'

/** `except: pass`: whatever goes wrong is thrown away. An error that is named is expected. */
export const errors: CellRule = function* ({ kind, source, analysis }): Iterable<Found> {
  if (kind !== 'python' || analysis.broken || !source.includes('except')) return
  for (const node of pythonFacts(source).excepts) {
    const { typeExpr, exceptSuite } = node.d
    const isAny =
      typeExpr === undefined || (typeExpr.nodeType === Kind.Name && /^(Base)?Exception$/.test(typeExpr.d.value))
    if (!isAny || !exceptSuite.d.statements.every(isEmpty)) continue
    yield {
      code: 'error-swallowed',
      where: { start: node.start, end: exceptSuite.start },
      message:
        'Whatever goes wrong above is thrown away here, and the cell goes on. Catch only the error that you expect, or raise it again.',
    }
  }
}

function isEmpty(node: ParseNode): boolean {
  if (node.nodeType === Kind.StatementList) return node.d.statements.every(isEmpty)
  return node.nodeType === Kind.Pass || node.nodeType === Kind.Ellipsis || node.nodeType === Kind.Continue
}

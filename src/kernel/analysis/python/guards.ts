import { Kind, Operator, type ParseNode, type TryNode } from './nodes.ts'
import { everyName, isProvided, type Run } from './run.ts'
import { literalText } from './texts.ts'

/** Names of which a condition says that they are there: where it holds, and where it does not. */
export interface Guards {
  readonly where: readonly string[]
  readonly otherwise: readonly string[]
}

const none: Guards = { where: [], otherwise: [] }

/** What a condition such as `"x" in globals()` says of the module's names. */
export function guardsOf(run: Run, test: ParseNode): Guards {
  if (test.nodeType === Kind.UnaryOperation && test.d.operator === Operator.Not) {
    const inner = guardsOf(run, test.d.expr)
    return { where: inner.otherwise, otherwise: inner.where }
  }
  if (test.nodeType !== Kind.BinaryOperation) return none
  const { operator, leftExpr, rightExpr } = test.d
  if (operator === Operator.And || operator === Operator.Or) {
    const sides = [guardsOf(run, leftExpr), guardsOf(run, rightExpr)]
    return operator === Operator.And
      ? { where: sides.flatMap(({ where }) => where), otherwise: [] }
      : { where: [], otherwise: sides.flatMap(({ otherwise }) => otherwise) }
  }
  const name = askedName(run, test)
  if (name === null) return none
  return operator === Operator.In ? { where: [name], otherwise: [] } : { where: [], otherwise: [name] }
}

/** The name that `"x" in globals()` asks for; null: it is another expression. */
export function askedName(run: Run, test: ParseNode): string | null {
  if (test.nodeType !== Kind.BinaryOperation) return null
  const { operator, leftExpr, rightExpr } = test.d
  if (operator !== Operator.In && operator !== Operator.NotIn) return null
  const text = leftExpr.nodeType === Kind.StringList && leftExpr.d.strings.length === 1 ? leftExpr.d.strings[0]! : null
  if (text?.nodeType !== Kind.String || rightExpr.nodeType !== Kind.Call || rightExpr.d.args.length > 0) return null
  const callee = rightExpr.d.leftExpr
  if (callee.nodeType !== Kind.Name) return null
  const tells = callee.d.value === 'globals' || (run.frame.parent === null && asksHere.has(callee.d.value))
  return tells && isProvided(callee.d.value) ? literalText(text) : null
}

const asksHere = new Set(['locals', 'vars', 'dir'])

/** The names that may be missing in the body of a `try`: any, if one of its handlers catches that. */
export function guardedBy(node: TryNode): readonly string[] {
  const catches = (type: ParseNode | undefined): boolean => {
    if (type === undefined) return true
    if (type.nodeType === Kind.Tuple) return type.d.items.some(catches)
    return type.nodeType === Kind.Name && /^(NameError|Exception|BaseException)$/.test(type.d.value)
  }
  return node.d.exceptClauses.some(({ d }) => catches(d.typeExpr)) ? [everyName] : []
}

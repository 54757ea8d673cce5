import { evaluateArguments } from './arguments.ts'
import { evaluate } from './expressions.ts'
import { Kind, type CallNode, type IndexNode, type ParseNode } from './nodes.ts'
import { isProvided, type Run } from './run.ts'
import { join, onlyText, unknown, type Value } from './value.ts'

// The dictionary of the notebook's names, where the text says which of them is meant.

/** The name that `globals()["x"]` means; null: it is another expression. */
export function namespaceItem(run: Run, node: IndexNode): string | null {
  const [item] = node.d.items
  if (item === undefined || node.d.items.length > 1 || !isNamespace(run, node.d.leftExpr)) return null
  return onlyText(evaluate(run, item.d.valueExpr))
}

/** What `globals().get("x")` and the like do; undefined: it is another call. */
export function namespaceMethod(run: Run, node: CallNode): Value | undefined {
  const { leftExpr } = node.d
  if (leftExpr.nodeType !== Kind.MemberAccess || !isNamespace(run, leftExpr.d.leftExpr)) return undefined
  const method = leftExpr.d.member.d.value
  if (!/^(get|pop|setdefault|update)$/.test(method)) return undefined
  const args = evaluateArguments(run, node.d.args)
  if (method === 'update' && args.positional.length + args.others.length === 0) {
    for (const [name, value] of args.named) run.writeModuleName(name, value, node)
    return unknown
  }
  const [key, otherwise = unknown] = args.positional
  const name = onlyText(key)
  if (name === null || method === 'update') return undefined
  let found: Value = unknown
  run.guarding([name], () => (found = run.readModuleName(name, node) ?? unknown))
  if (method === 'setdefault')
    run.state.merge([run.state.fork(), run.branch(() => run.writeModuleName(name, otherwise, node))])
  if (method === 'pop') run.deleteModuleName(name, node)
  return join([found, otherwise])
}

/** Whether an expression is `globals()`, or `locals()` and `vars()` where they are the same. */
function isNamespace(run: Run, node: ParseNode): boolean {
  if (node.nodeType !== Kind.Call || node.d.args.length > 0 || run.frame.program.prefix !== '') return false
  const callee = node.d.leftExpr
  if (callee.nodeType !== Kind.Name) return false
  const { value } = callee.d
  const isOwn = value === 'globals' || ((value === 'locals' || value === 'vars') && run.frame.parent === null)
  return isOwn && isProvided(value) && run.state.get(value) === undefined
}

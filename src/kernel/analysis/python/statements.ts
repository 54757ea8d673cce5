import { noArguments } from './arguments.ts'
import { callDunder, callThing, makeClass, makeFunction, newFrame } from './closures.ts'
import { use } from './uses.ts'
import { evaluate } from './expressions.ts'
import { executeTry } from './exceptions.ts'
import { guardsOf } from './guards.ts'
import { executeImport, executeImportFrom } from './imports.ts'
import { childrenOf, homeOf, mangled } from './scopes.ts'
import { Kind, Operator } from './nodes.ts'
import type {
  AugmentedAssignmentNode,
  DecoratorNode,
  FunctionNode,
  NameNode,
  ParseNode,
  TypeParameterListNode,
  WithNode,
} from './nodes.ts'
import { loopOver, loopWhile } from './loops.ts'
import { bindPattern } from './patterns.ts'
import type { Exits, Run } from './run.ts'
import { addTexts } from './texts.ts'
import { bindTarget, deleteTarget, storeName } from './variables.ts'
import { join, unknown, type Closure, type Value } from './value.ts'

/** Looks at statements in order, until one of them leaves. */
export function execute(run: Run, statements: readonly ParseNode[]): void {
  for (const statement of statements) {
    if (run.state.dead) return
    run.budget--
    executeOne(run, statement)
  }
}

export function executeOne(run: Run, node: ParseNode): void {
  const { flow } = run
  if (flow === null || node.nodeType === Kind.StatementList || node.nodeType === Kind.Suite) look(run, node)
  else flow.statement(() => look(run, node))
}

function look(run: Run, node: ParseNode): void {
  switch (node.nodeType) {
    case Kind.StatementList:
      return execute(run, node.d.statements)
    case Kind.Suite:
      return execute(run, node.d.statements)
    case Kind.Assignment:
      return assign(run, node)
    case Kind.AugmentedAssignment:
      return augment(run, node)
    case Kind.TypeAnnotation:
      if (!run.frame.program.scopes.annotationsAreText) evaluate(run, node.d.annotation)
      return
    case Kind.Del:
      for (const target of node.d.targets) deleteTarget(run, target)
      return
    case Kind.If: {
      const { ifSuite, elseSuite } = node.d
      evaluate(run, node.d.testExpr)
      const guards = guardsOf(run, node.d.testExpr)
      conditional(run, () =>
        run.state.merge([
          run.branch(() => run.guarding(guards.where, () => executeOne(run, ifSuite))),
          run.branch(() => run.guarding(guards.otherwise, () => elseSuite !== undefined && executeOne(run, elseSuite))),
        ]),
      )
      return run.ensure([...guards.where, ...guards.otherwise])
    }
    case Kind.For:
      return loopOver(run, node)
    case Kind.While:
      return loopWhile(run, node)
    case Kind.Try:
      return executeTry(run, node)
    case Kind.With:
      return executeWith(run, node)
    case Kind.Match: {
      const subject = evaluate(run, node.d.expr)
      const cases = node.d.cases.map(({ d }) =>
        run.branch(() => {
          bindPattern(run, d.pattern, subject)
          evaluate(run, d.guardExpr)
          conditional(run, () => executeOne(run, d.suite))
        }),
      )
      const exhaustive = node.d.cases.some(({ d }) => d.isIrrefutable && d.guardExpr === undefined)
      return run.state.merge(exhaustive ? cases : [...cases, run.state.fork()])
    }
    case Kind.Function:
      return define(run, node)
    case Kind.Class: {
      const decorators = node.d.decorators.map((decorator) => evaluate(run, decorator.d.expr))
      const { frame } = run
      enterTypeParameters(run, node.d.typeParams)
      const given = node.d.arguments.map((each) => evaluate(run, each.d.valueExpr))
      const made = makeClass(run, node, given)
      run.frame = frame
      return storeName(run, node.d.name, decorated(run, made, decorators, node.d.decorators))
    }
    case Kind.TypeAlias:
      return storeName(run, node.d.name, unknown)
    case Kind.Import:
      return executeImport(run, node)
    case Kind.ImportFrom:
      return executeImportFrom(run, node)
    case Kind.Return: {
      const value = evaluate(run, node.d.expr)
      const call = run.calls.at(-1)
      call?.results.push(value)
      run.flow?.give()
      run.flow?.leave(run, false)
      return leave(run, call)
    }
    case Kind.Raise:
      for (const child of childrenOf(node)) {
        const { library } = evaluate(run, child)
        if (library.includes('builtins.SystemExit') && run.deferred === null) run.leaves = true
      }
      run.flow?.leave(run, true)
      return leave(run, run.tries.at(-1))
    case Kind.Assert:
      for (const child of childrenOf(node)) evaluate(run, child)
      return run.flow?.leave(run, true)
    case Kind.Break:
    case Kind.Continue:
      run.flow?.leave(run, false)
      return leave(run, run.loops.at(-1))
    case Kind.Pass:
    case Kind.Global:
    case Kind.Nonlocal:
      return
    default:
      evaluate(run, node)
  }
}

/** Looks at what is only reached if an expression that was just looked at is such and such. */
export function conditional(run: Run, look: () => void): void {
  if (run.flow === null) look()
  else run.flow.under(look)
}

/** The rest of this branch is not reached; what it did so far shows where the exit leads. */
function leave(run: Run, exits: Exits | undefined): void {
  if (exits !== undefined) exits.states.push(run.state.since(exits.base))
  run.state.dead = true
}

function assign(run: Run, node: Extract<ParseNode, { nodeType: typeof Kind.Assignment }>): void {
  const { leftExpr, rightExpr } = node.d
  if (leftExpr.nodeType === Kind.TypeAnnotation && !run.frame.program.scopes.annotationsAreText)
    evaluate(run, leftExpr.d.annotation)
  // `a = b = value` is an assignment inside an assignment.
  const value = rightExpr.nodeType === Kind.Assignment ? assignInner(run, rightExpr) : evaluate(run, rightExpr)
  bindTarget(run, leftExpr, value)
}

function assignInner(run: Run, node: Extract<ParseNode, { nodeType: typeof Kind.Assignment }>): Value {
  const { leftExpr, rightExpr } = node.d
  const value = rightExpr.nodeType === Kind.Assignment ? assignInner(run, rightExpr) : evaluate(run, rightExpr)
  bindTarget(run, leftExpr, value)
  return value
}

/** `x += y`: binds `x` anew, and changes its object if that is one that changes in place. */
function augment(run: Run, node: AugmentedAssignmentNode): void {
  const { leftExpr, rightExpr, operator } = node.d
  const updated = leftExpr.nodeType === Kind.Name ? nameFromAbove(run, leftExpr) : null
  const before = evaluate(run, leftExpr)
  const added = evaluate(run, rightExpr)
  const reaches = !(before.part && added.objects.length === 0)
  for (const object of before.objects)
    run.state.addParts(
      object,
      added.objects.flatMap((each) => run.state.partsOf(each)),
    )
  if (leftExpr.nodeType !== Kind.Name) return bindTarget(run, leftExpr, unknown)
  if (reaches) run.change(before, node)
  const sum = operator === Operator.AddEqual ? addTexts([before, added]) : unknown
  const after: Value = before.objects.length > 0 || before.frame !== null ? { ...before, literals: null } : sum
  storeName(run, leftExpr, after)
  if (updated !== null) run.emit('update', `name:${updated}`, leftExpr)
}

/** The name, if it is the notebook's and this statement has not bound it for sure. */
function nameFromAbove(run: Run, node: NameNode): string | null {
  const name = mangled(node.d.value, run.frame.scope)
  if (homeOf(name, run.frame.scope).parent !== null || run.frame.program.prefix !== '') return null
  return run.deferred === null && run.state.getHere(name)?.sure ? null : name
}

function define(run: Run, node: FunctionNode): void {
  const decorators = node.d.decorators.map((decorator) => evaluate(run, decorator.d.expr))
  const { frame } = run
  enterTypeParameters(run, node.d.typeParams)
  const made = makeFunction(run, node, bindingOf(node.d.decorators))
  if (!run.frame.program.scopes.annotationsAreText) {
    for (const { d } of node.d.params) evaluate(run, d.annotation)
    evaluate(run, node.d.returnAnnotation)
  }
  run.frame = frame
  storeName(run, node.d.name, decorated(run, made, decorators, node.d.decorators))
}

/** From here on names are looked up among `[T, U: bound]` first. */
function enterTypeParameters(run: Run, list: TypeParameterListNode | undefined): void {
  if (list === undefined) return
  run.frame = newFrame(run.frame, list)
  run.keepFrame(run.frame)
  for (const { d } of list.d.params) {
    storeName(run, d.name, unknown)
    evaluate(run, d.boundExpr)
    evaluate(run, d.defaultExpr)
  }
}

function bindingOf(decorators: readonly DecoratorNode[]): Closure['binding'] {
  for (const { d } of decorators) {
    if (d.expr.nodeType === Kind.Name && d.expr.d.value === 'staticmethod') return 'static'
    if (d.expr.nodeType === Kind.Name && d.expr.d.value === 'classmethod') return 'class'
    if (d.expr.nodeType === Kind.Name && /^(cached_)?property$/.test(d.expr.d.value)) return 'property'
    if (d.expr.nodeType === Kind.MemberAccess && d.expr.d.member.d.value === 'cached_property') return 'property'
  }
  return 'plain'
}

/** A decorator of the notebook's own is called; what a library's decorator gives still does what the function does. */
function decorated(run: Run, made: Value, decorators: readonly Value[], nodes: readonly DecoratorNode[]): Value {
  return decorators.reduceRight((value, decorator, index) => {
    const own = decorator.objects.filter(
      (object) => object.kind === 'function' || object.kind === 'method' || object.kind === 'class',
    )
    if (own.length === 0) return value
    const args = { ...noArguments, positional: [value], all: [value] }
    return join([...own.map((object) => callThing(run, object, args, nodes[index]!))])
  }, made)
}

function executeWith(run: Run, node: WithNode): void {
  for (const { d } of node.d.withItems) {
    const manager = evaluate(run, d.expr)
    use(run, { ...manager, objects: manager.objects.filter((object) => object.kind === 'iterator') }, d.expr, 'with')
    const entered = callDunder(run, manager, ['__enter__', '__aenter__'], d.expr)
    if (d.target !== undefined) bindTarget(run, d.target, entered ?? manager)
    callDunder(run, manager, ['__exit__', '__aexit__'], d.expr)
  }
  executeOne(run, node.d.suite)
}

import { evaluateArguments, noArguments } from './arguments.ts'
import { callDunder, callThing, isCallable, makeClass, makeFunction, newFrame } from './closures.ts'
import { use } from './uses.ts'
import { evaluate, evaluateTest, inPlaceMethods } from './expressions.ts'
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
import { addRough, addTexts } from './texts.ts'
import { bindTarget, collection, deleteTarget, storeName } from './variables.ts'
import { join, ofThing, thing, unknown, type Closure, type Thing, type Value } from './value.ts'

/** Looks at statements in order, until one of them leaves. */
export function execute(run: Run, statements: readonly ParseNode[]): void {
  for (const statement of statements) {
    if (run.state.dead) return
    run.budget--
    executeOne(run, statement)
  }
}

export function executeOne(run: Run, node: ParseNode): void {
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
      return annotate(run, node.d.annotation)
    case Kind.Del:
      for (const target of node.d.targets) deleteTarget(run, target)
      return
    case Kind.If: {
      const { ifSuite, elseSuite } = node.d
      evaluateTest(run, node.d.testExpr)
      const guards = guardsOf(run, node.d.testExpr)
      run.state.merge([
        run.branch(() => run.guarding(guards.where, () => executeOne(run, ifSuite))),
        run.branch(() => run.guarding(guards.otherwise, () => elseSuite !== undefined && executeOne(run, elseSuite))),
      ])
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
          evaluateTest(run, d.guardExpr)
          executeOne(run, d.suite)
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
      const bases = evaluateArguments(run, node.d.arguments)
      const made = makeClass(run, node, bases)
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
      return leave(run, call)
    }
    case Kind.Raise:
      for (const child of childrenOf(node)) {
        const { library, objects } = evaluate(run, child)
        if (library.includes('builtins.SystemExit') && run.deferred === null) run.leaves = true
        run.raised.push(...objects)
      }
      return leave(run, run.tries.at(-1))
    case Kind.Break:
    case Kind.Continue: {
      const loop = run.loops.at(-1)
      if (loop !== undefined && node.nodeType === Kind.Break) loop.broken = true
      return leave(run, loop)
    }
    case Kind.Pass:
    case Kind.Global:
    case Kind.Nonlocal:
      return
    default:
      evaluate(run, node)
  }
}

/** The rest of this branch is not reached; what it did so far shows where the exit leads. */
function leave(run: Run, exits: Exits | undefined): void {
  if (exits !== undefined) exits.states.push(run.state.since(exits.base))
  run.state.dead = true
}

/** The annotation of a variable: Python never evaluates those of a function's own variables. */
function annotate(run: Run, annotation: ParseNode): void {
  const { scope, program } = run.frame
  if (scope.kind !== 'function' && !program.scopes.annotationsAreText) evaluate(run, annotation)
}

function assign(run: Run, node: Extract<ParseNode, { nodeType: typeof Kind.Assignment }>): void {
  const { leftExpr, rightExpr } = node.d
  if (leftExpr.nodeType === Kind.TypeAnnotation) annotate(run, leftExpr.d.annotation)
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
  callDunder(run, before, inPlaceMethods(operator), node, { ...noArguments, positional: [added], all: [added] })
  const sum = operator === Operator.AddEqual ? sumOf(before, added) : unknown
  const after: Value = before.objects.length > 0 || before.frame !== null ? { ...before, literals: null } : sum
  if (leftExpr.nodeType !== Kind.Name) return bindTarget(run, leftExpr, after)
  if (reaches) run.change(before, node)
  storeName(run, leftExpr, after)
  if (updated !== null) run.emit('update', `name:${updated}`, leftExpr)
}

function sumOf(before: Value, added: Value): Value {
  const sum = addTexts([before, added])
  return sum.literals === null ? { ...unknown, literals: addRough(before, added) } : sum
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
  storeName(run, node.d.name, setterOf(made, node, decorators) ?? decorated(run, made, decorators, node.d.decorators))
}

/** `@p.setter`: the property that `p` is, with this function behind it. */
function setterOf(made: Value, { d: { decorators } }: FunctionNode, values: readonly Value[]): Value | null {
  const at = decorators.findIndex(
    ({ d: { expr } }) => expr.nodeType === Kind.MemberAccess && /^(setter|deleter)$/.test(expr.d.member.d.value),
  )
  const properties = values[at]?.objects.filter(({ closure }) => closure?.binding === 'property') ?? []
  const [setter] = made.objects
  if (properties.length === 0 || setter === undefined) return null
  return ofThing(...properties.map(({ closure }) => thing('function', { closure: closure!, setter })))
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
    if (d.expr.nodeType === Kind.Name && d.expr.d.value === 'property') return 'property'
    const name = d.expr.nodeType === Kind.MemberAccess ? d.expr.d.member : d.expr
    if (name.nodeType === Kind.Name && name.d.value === 'cached_property') return 'cached'
  }
  return 'plain'
}

/** A decorator of the notebook's own is called; what a library's decorator gives still does what the function does. */
function decorated(run: Run, made: Value, decorators: readonly Value[], nodes: readonly DecoratorNode[]): Value {
  return decorators.reduceRight((value, decorator, index) => {
    const node = nodes[index]!
    if (decorator.library.includes('functools.singledispatch')) return collection(run, [value], { container: false })
    const own = decorator.objects.filter((object) => isCallable(object) || object.kind === 'instance')
    if (own.length === 0) {
      register(run, value, node)
      return value
    }
    const args = { ...noArguments, positional: [value], all: [value] }
    // What keeps the function (`@show.register`) gives it back.
    return join(
      own.map((object) => (object.changes ? keptBy(run, object, value, node) : callThing(run, object, args, node))),
    )
  }, made)
}

function keptBy(run: Run, keeper: Thing, made: Value, decorator: DecoratorNode): Value {
  callThing(run, keeper, { ...noArguments, positional: [made], all: [made] }, decorator)
  return made
}

/** `@app.route("/")`: an object that cannot be looked into keeps the function that it decorates. */
function register(run: Run, made: Value, decorator: DecoratorNode): void {
  let root: ParseNode = decorator.d.expr
  if (root.nodeType === Kind.Call) root = root.d.leftExpr
  if (root.nodeType !== Kind.MemberAccess) return
  const keeper = evaluate(run, root.d.leftExpr)
  const objects = keeper.objects.filter(({ kind }) => kind === 'value' || kind === 'stateful')
  for (const object of objects) run.state.addParts(object, made.objects)
  run.change({ ...keeper, objects }, decorator)
}

function executeWith(run: Run, node: WithNode): void {
  let swallows = false
  for (const { d } of node.d.withItems) {
    const manager = evaluate(run, d.expr)
    use(run, { ...manager, objects: manager.objects.filter((object) => object.kind === 'iterator') }, d.expr, 'with')
    const entered = callDunder(run, manager, ['__enter__', '__aenter__'], d.expr)
    if (d.target !== undefined) bindTarget(run, d.target, entered ?? manager)
    const left = callDunder(run, manager, ['__exit__', '__aexit__'], d.expr)
    swallows ||= left !== undefined && left.literals?.every((literal) => !literal) !== true
    swallows ||= manager.library.includes(swallowing)
  }
  if (!swallows) return executeOne(run, node.d.suite)
  // The body may end anywhere, and what follows goes on.
  const body = run.branch(() => executeOne(run, node.d.suite))
  body.dead = false
  run.state.merge([run.state.fork(), body])
}

/** What managers are that swallow exceptions. */
export const swallowing = 'contextlib.suppress()'

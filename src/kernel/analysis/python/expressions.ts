import type { Span } from '../effect.ts'
import { gap } from '../rough-path.ts'
import { noArguments, type Arguments } from './arguments.ts'
import { evaluateCall } from './calls.ts'
import { bindMethod, callDunder, partedBy, makeFunction, newFrame } from './closures.ts'
import { use } from './uses.ts'
import { askedName, guardsOf } from './guards.ts'
import { library } from './library/index.ts'
import { isChangeName } from './library/methods.ts'
import { loadedModule, submodule } from './imports.ts'
import { namespaceItem } from './namespaces.ts'
import { patchOf } from './patches.ts'
import { Keyword, Kind, Operator, StringFlag } from './nodes.ts'
import type {
  BinaryOperationNode,
  ComprehensionNode,
  ConstantNode,
  DictionaryNode,
  IndexNode,
  ParseNode,
  StringListNode,
} from './nodes.ts'
import { mostUnrolled } from './loops.ts'
import type { Run } from './run.ts'
import { childrenOf } from './scopes.ts'
import { conditional } from './statements.ts'
import { addRough, addTexts, formattedText, joinTexts, literalText, percentFormat } from './texts.ts'
import {
  attributeOf,
  bindTarget,
  calledSo,
  collection,
  collectionOf,
  elementOf,
  entriesOf,
  itemsOf,
  keysOf,
  loadName,
  memberOf,
  partOf,
  storeName,
} from './variables.ts'
import { join, ofLiteral, ofThing, thing, unknown, type Literal, type Thing, type Value } from './value.ts'

/** Looks at an expression: notes its effects and tells what its value may be. */
export function evaluate(run: Run, node: ParseNode | undefined): Value {
  if (node === undefined) return unknown
  switch (node.nodeType) {
    case Kind.Name:
      return loadName(run, node.d.value, node)
    case Kind.Number:
      return node.d.isImaginary || typeof node.d.value === 'bigint' ? unknown : ofLiteral(node.d.value)
    case Kind.Constant:
      return constant(node.d.constType)
    case Kind.StringList:
      return evaluateText(run, node)
    case Kind.String:
      return (node.d.token.flags & StringFlag.Bytes) !== 0 ? unknown : ofLiteral(literalText(node))
    case Kind.FormatString:
      return formattedText(run, node)
    case Kind.Call:
      return evaluateCall(run, node)
    case Kind.MemberAccess:
      return attribute(run, evaluate(run, node.d.leftExpr), node.d.member.d.value, node)
    case Kind.Index:
      return subscript(run, node)
    case Kind.BinaryOperation:
      return binary(run, node)
    case Kind.UnaryOperation: {
      const value = evaluate(run, node.d.expr)
      const own = callDunder(run, value, unaryMethods.get(node.d.operator) ?? truth, node)
      if (own !== undefined && node.d.operator !== Operator.Not) return own
      const [only] = value.literals ?? []
      const negative = node.d.operator === Operator.Subtract && value.literals?.length === 1 && typeof only === 'number'
      if (negative) return ofLiteral(-only)
      return value.objects.length === 0 ? { ...unknown, frame: value.frame } : fresh()
    }
    case Kind.Ternary: {
      evaluateTest(run, node.d.testExpr)
      let first = unknown
      let second = unknown
      const guards = guardsOf(run, node.d.testExpr)
      const branches = [
        run.branch(() =>
          run.guarding(guards.where, () => conditional(run, () => (first = evaluate(run, node.d.ifExpr)))),
        ),
        run.branch(() =>
          run.guarding(guards.otherwise, () => conditional(run, () => (second = evaluate(run, node.d.elseExpr)))),
        ),
      ]
      run.state.merge(branches)
      return join([first, second])
    }
    case Kind.Tuple:
    case Kind.List:
    case Kind.Set: {
      if (node.d.items[0]?.nodeType === Kind.Comprehension) return evaluate(run, node.d.items[0])
      let known = true
      const values = node.d.items.flatMap((item): readonly Value[] => {
        if (item.nodeType !== Kind.Unpack) return [evaluate(run, item)]
        const inner = use(run, evaluate(run, item.d.expr), item, 'iterate')
        const items = itemsOf(run, inner)
        known &&= items !== null
        return items ?? [elementOf(run, inner)]
      })
      return collection(run, values, known ? { items: values } : {})
    }
    case Kind.Dictionary:
      return dictionary(run, node)
    case Kind.Comprehension:
      return comprehension(run, node)
    case Kind.Lambda:
      return makeFunction(run, node)
    case Kind.AssignmentExpression: {
      const value = evaluate(run, node.d.rightExpr)
      storeName(run, node.d.name, value)
      return value
    }
    case Kind.Unpack:
      return elementOf(run, use(run, evaluate(run, node.d.expr), node, 'iterate'))
    case Kind.Await:
      return awaited(run, evaluate(run, node.d.expr), node)
    case Kind.Yield: {
      run.calls.at(-1)?.results.push(evaluate(run, node.d.expr))
      run.flow?.give()
      return fresh()
    }
    case Kind.YieldFrom: {
      const value = use(run, evaluate(run, node.d.expr), node, 'iterate')
      run.calls.at(-1)?.results.push(elementOf(run, value))
      run.flow?.give()
      return fresh()
    }
    case Kind.Slice:
      for (const child of childrenOf(node)) evaluate(run, child)
      return unknown
    default:
      for (const child of childrenOf(node)) evaluate(run, child)
      return unknown
  }
}

/** A condition: objects of the notebook's own tell by a method whether they are true. */
export function evaluateTest(run: Run, node: ParseNode | undefined): Value {
  const value = evaluate(run, node)
  if (node !== undefined) callDunder(run, value, truth, node)
  return value
}

const truth = ['__bool__', '__len__']

/** `await`: a coroutine runs now. */
export function awaited(run: Run, value: Value, at: ParseNode | Span): Value {
  use(run, value, at, 'iterate')
  callDunder(run, value, ['__await__'], at)
  const results = value.objects.flatMap((object) => object.awaited ?? [])
  return results.length === 0 ? value : join(results)
}

/** A new object about which nothing is known. */
export function fresh(kind: Thing['kind'] = 'value', details: Pick<Thing, 'touches'> = {}): Value {
  return ofThing(thing(kind, details))
}

function constant(type: ConstantNode['d']['constType']): Value {
  if (type === Keyword.True) return ofLiteral(true)
  if (type === Keyword.False) return ofLiteral(false)
  return type === Keyword.None ? ofLiteral(null) : unknown
}

function evaluateText(run: Run, node: StringListNode): Value {
  const values = node.d.strings.map((part) => evaluate(run, part))
  return values.length === 1 ? values[0]! : { ...joinTexts(values), objects: values.flatMap(({ objects }) => objects) }
}

/** The value of `base.name`. */
export function attribute(run: Run, base: Value, name: string, at: ParseNode): Value {
  const found: Value[] = []
  for (const object of base.objects) {
    const value = attributeOf(run, object, name) ?? submodule(run, object, name)
    if (value !== undefined) found.push(bindMethod(run, object, value, at))
    // What a library's object holds under a name may be what was put there, and may be not.
    if (value !== undefined && object.kind === 'value' && !object.container) found.push(partOf(run, ofThing(object)))
    if (value === undefined && object.kind === 'instance') {
      const made = callDunder(run, ofThing(object), ['__getattr__', '__getattribute__'], at)
      if (made !== undefined) found.push(made)
    }
  }
  const patch = patchOf(run, base, name, at)
  if (patch !== undefined) found.push(patch)
  const loaded = base.library.flatMap((own) => loadedModule(run, `${own}.${name}`) ?? [])
  const fromLibrary = loaded.length > 0 ? join(loaded) : library.attribute(run, base, name, at)
  if (fromLibrary !== undefined) found.push(fromLibrary)
  if (found.length > 0) return calledSo(join(found), name)
  // A member of an enumeration is known by its value.
  if (name === 'value' && base.objects.length === 0 && base.literals !== null) return base
  if (base.objects.length > 0 && isChangeName(name)) return ofThing(thing('method', { self: base, changes: true }))
  return calledSo(partOf(run, base), name)
}

function subscript(run: Run, node: IndexNode): Value {
  const named = namespaceItem(run, node)
  if (named !== null) return run.readModuleName(named, node) ?? unknown
  const base = evaluate(run, node.d.leftExpr)
  const index = join(node.d.items.map((item) => evaluate(run, item.d.valueExpr)))
  const fromLibrary = library.subscript(run, base, index, node)
  if (fromLibrary !== undefined) return fromLibrary
  const given = { ...noArguments, positional: [index], all: [index] }
  const { own, rest } = partedBy(run, base, itemMethods)
  const found = callDunder(run, own, itemMethods, node, given)
  if (found !== undefined && rest.objects.length === 0) return found
  const plain = plainItem(run, node, rest, index)
  return found === undefined ? plain : join([found, plain])
}

const itemMethods = ['__getitem__', '__class_getitem__']

/** An item of something that has no code of the notebook for it. */
function plainItem(run: Run, node: IndexNode, base: Value, index: Value): Value {
  const filled = base.objects.filter(({ fills }) => fills)
  if (filled.length > 0) run.change(ofThing(...filled), node)
  const key = index.literals?.length === 1 ? index.literals[0]! : undefined
  if (key !== undefined) {
    const entry = entriesOf(run, base)?.get(key)
    if (entry !== undefined) return entry
    const items = itemsOf(run, base)
    const item = typeof key === 'number' ? items?.at(key) : undefined
    if (item !== undefined) return item
  }
  if (selectsCopy(node, base, index)) return fresh()
  // A slice of a list is a new list; of anything else it may be a view.
  const isSlice = node.d.items.some((item) => item.d.valueExpr.nodeType === Kind.Slice)
  if (isSlice && base.objects.length > 0 && base.objects.every((object) => object.container))
    return collectionOf(run, memberOf(run, base))
  const entries = entriesOf(run, base)
  if (entries !== null && entries !== undefined && entries.size > 0) return join([...entries.values()])
  return memberOf(run, base)
}

/** `df[df.a > 0]`, `df[["a", "b"]]`: a new frame in pandas, a copy in numpy. */
function selectsCopy(node: IndexNode, base: Value, index: Value): boolean {
  if (base.objects.some(({ container }) => container)) return false
  if (index.objects.length > 0 && index.objects.every(({ mask }) => mask)) return true
  const only = node.d.items.length === 1 ? node.d.items[0]!.d.valueExpr : undefined
  if (only === undefined) return false
  if (only.nodeType === Kind.List || only.nodeType === Kind.UnaryOperation) return true
  return (
    only.nodeType === Kind.BinaryOperation && only.d.operator !== Operator.Add && only.d.operator !== Operator.Subtract
  )
}

function binary(run: Run, node: BinaryOperationNode): Value {
  const asked = askedName(run, node)
  if (asked !== null) {
    run.guarding([asked], () => run.readModuleName(asked, node))
    return unknown
  }
  const left = evaluate(run, node.d.leftExpr)
  const { operator } = node.d
  if (operator === Operator.And || operator === Operator.Or) {
    let right = unknown
    callDunder(run, left, truth, node.d.leftExpr)
    const guards = guardsOf(run, node.d.leftExpr)
    const names = operator === Operator.And ? guards.where : guards.otherwise
    const look = (): void =>
      run.guarding(names, () => conditional(run, () => (right = evaluate(run, node.d.rightExpr))))
    run.state.merge([run.state.fork(), run.branch(look)])
    return join([left, right])
  }
  const right = isChained(node) ? evaluateAtTimes(run, node.d.rightExpr) : evaluate(run, node.d.rightExpr)
  const fromLibrary = library.operator(left, right, operator)
  if (fromLibrary !== undefined) return fromLibrary
  if (operator === Operator.Add) {
    const sum = addTexts([left, right])
    if (sum.literals !== null) return sum
  }
  const [before, after] = operator === Operator.Add ? [itemsOf(run, left), itemsOf(run, right)] : [null, null]
  if (before !== null && after !== null) {
    const items = [...before, ...after]
    return collection(run, items, { items })
  }
  const rough = operator === Operator.Add ? addRough(left, right) : null
  if (operator === Operator.Mod && left.literals !== null) return percentFormat(run, left, right)
  const method = operatorMethods.get(operator)
  if (method !== undefined) {
    const given = (value: Value): Arguments => ({ ...noArguments, positional: [value], all: [value] })
    const own = [
      callDunder(run, left, [`__${method}__`], node, given(right)),
      callDunder(run, right, [mirrored.get(method) ?? `__r${method}__`], node, given(left)),
    ].filter((value) => value !== undefined)
    const isOwn = (object: Thing): boolean => object.kind === 'instance'
    if (own.length > 0 && [...left.objects, ...right.objects].every(isOwn)) return join(own)
    if (own.length > 0) return join([...own, collection(run, [partsAlone(run, left), partsAlone(run, right)])])
  }
  if (operator === Operator.In || operator === Operator.NotIn) {
    callDunder(run, right, ['__contains__'], node)
    use(run, right, node, 'iterate')
  }
  if (left.objects.length === 0 && right.objects.length === 0) return { ...unknown, literals: rough }
  if (givesScalar.has(operator)) return unknown
  if (comparisons.has(operator)) return ofThing(thing('value', { mask: true }))
  // `a & b` of two conditions is one.
  const isMask = [...left.objects, ...right.objects].every(({ mask }) => mask)
  const made = collection(
    run,
    [partsAlone(run, left), partsAlone(run, right)],
    isMask ? { container: false, mask: true } : {},
  )
  return { ...made, literals: rough }
}

/** `a < b < c`: the part behind the second sign, which is only looked at if the first holds. */
function isChained({ d: { leftExpr, operator } }: BinaryOperationNode): boolean {
  const isComparison = (sign: number): boolean => comparisons.has(sign) || givesScalar.has(sign)
  return (
    isComparison(operator) &&
    leftExpr.nodeType === Kind.BinaryOperation &&
    !leftExpr.d.hasParens &&
    isComparison(leftExpr.d.operator)
  )
}

function evaluateAtTimes(run: Run, node: ParseNode): Value {
  let value = unknown
  run.state.merge([run.state.fork(), run.branch(() => (value = evaluate(run, node)))])
  return value
}

const comparisons = new Set<number>([
  Operator.Equals,
  Operator.NotEquals,
  Operator.LessThan,
  Operator.GreaterThan,
  Operator.LessThanOrEqual,
  Operator.GreaterThanOrEqual,
])

const givesScalar = new Set<number>([Operator.Is, Operator.IsNot, Operator.In, Operator.NotIn])

/** The special methods behind operators, by operator. */
const operatorMethods: ReadonlyMap<number, string> = new Map<number, string>([
  [Operator.Add, 'add'],
  [Operator.Subtract, 'sub'],
  [Operator.Multiply, 'mul'],
  [Operator.Divide, 'truediv'],
  [Operator.FloorDivide, 'floordiv'],
  [Operator.Mod, 'mod'],
  [Operator.Power, 'pow'],
  [Operator.MatrixMultiply, 'matmul'],
  [Operator.BitwiseAnd, 'and'],
  [Operator.BitwiseOr, 'or'],
  [Operator.BitwiseXor, 'xor'],
  [Operator.LeftShift, 'lshift'],
  [Operator.RightShift, 'rshift'],
  [Operator.Equals, 'eq'],
  [Operator.NotEquals, 'ne'],
  [Operator.LessThan, 'lt'],
  [Operator.GreaterThan, 'gt'],
  [Operator.LessThanOrEqual, 'le'],
  [Operator.GreaterThanOrEqual, 'ge'],
])

/** The methods that a comparison asks the other side for. */
const mirrored = new Map([
  ['lt', '__gt__'],
  ['gt', '__lt__'],
  ['le', '__ge__'],
  ['ge', '__le__'],
  ['eq', '__eq__'],
  ['ne', '__ne__'],
])

const unaryMethods: ReadonlyMap<number, readonly string[]> = new Map<number, readonly string[]>([
  [Operator.Add, ['__pos__']],
  [Operator.Subtract, ['__neg__']],
  [Operator.BitwiseInvert, ['__invert__']],
])

/** The methods that `x += y` may call. Pyright numbers `+=` one above `+`. */
export function inPlaceMethods(operator: number): readonly string[] {
  const method = operatorMethods.get(operator - 1)
  return method === undefined ? [] : [`__i${method}__`, `__${method}__`]
}

function partsAlone(run: Run, value: Value): Value {
  return { ...unknown, objects: value.objects.flatMap((object) => run.state.partsOf(object)) }
}

function dictionary(run: Run, node: DictionaryNode): Value {
  const entries = new Map<Literal, Value>()
  const values: Value[] = []
  let known = true
  for (const item of node.d.items) {
    if (item.nodeType === Kind.DictionaryKeyEntry) {
      const key = evaluate(run, item.d.keyExpr)
      const value = evaluate(run, item.d.valueExpr)
      callDunder(run, key, ['__hash__', '__eq__'], item)
      values.push(value, key)
      if (key.literals?.length === 1 && !String(key.literals[0]).includes(gap)) entries.set(key.literals[0]!, value)
      else known = false
    } else {
      known = false
      const inner = item.nodeType === Kind.DictionaryExpandEntry ? evaluate(run, item.d.expr) : evaluate(run, item)
      // `{k: v for …}` stands here as the collection of its keys and values.
      values.push(partOf(run, inner))
    }
  }
  return collection(run, values, known ? { entries } : {})
}

function comprehension(run: Run, node: ComprehensionNode): Value {
  const home = run.frame
  const [first] = node.d.forIfNodes
  const source = first?.nodeType === Kind.ComprehensionFor ? evaluate(run, first.d.iterableExpr) : unknown
  const results: Value[] = []
  const give = (now: Run): void => {
    const { expr } = node.d
    if (expr.nodeType === Kind.DictionaryKeyEntry)
      results.push(evaluate(now, expr.d.keyExpr), evaluate(now, expr.d.valueExpr))
    else results.push(evaluate(now, expr))
  }
  /** Looks at the clauses from `index` on, and at the expression for each round that they make. */
  const rounds = (now: Run, index: number): void => {
    const part = node.d.forIfNodes[index]
    if (part === undefined) return give(now)
    if (part.nodeType === Kind.ComprehensionIf) {
      evaluateTest(now, part.d.testExpr)
      return conditional(now, () => rounds(now, index + 1))
    }
    const iterable = part === first ? source : evaluate(now, part.d.iterableExpr)
    const items = itemsOf(now, iterable) ?? keysOf(now, iterable)
    use(now, iterable, part, 'iterate')
    const isKnown = items !== null && items.length > 0 && items.length <= mostUnrolled && now.budget > 0
    const round = (element: Value): void => {
      bindTarget(now, part.d.targetExpr, element)
      rounds(now, index + 1)
    }
    if (!isKnown) {
      const element = items?.length ? join(items) : elementOf(now, iterable)
      return now.flow === null ? round(element) : now.flow.unknownRounds(() => round(element))
    }
    const seen = new Set(now.flow?.current)
    for (const item of items) {
      now.budget -= 5
      if (now.flow === null) round(item)
      else now.flow.round(seen, () => round(item))
    }
  }
  const look = (now: Run): void => {
    const { frame } = now
    now.frame = newFrame(home, node)
    rounds(now, 0)
    now.frame = frame
  }
  const known = itemsOf(run, source) ?? keysOf(run, source)
  const certain = (known?.length ?? 0) > 0 && node.d.forIfNodes.length === 1
  if (!node.d.isGenerator) {
    if (certain) look(run)
    else run.state.merge([run.state.fork(), run.branch(() => look(run))])
    if (certain && results.length === known!.length) return collection(run, results, { items: results })
    if (node.d.expr.nodeType === Kind.DictionaryKeyEntry || results.length === 0) return collection(run, results)
    return collectionOf(run, join(results))
  }
  run.silently(() => look(run))
  // A generator runs where it is used, with the names that are current there.
  run.keepFrame(home)
  const generator = thing('iterator', { container: true, resume: look })
  run.state.addParts(generator, [...source.objects, ...results.flatMap((result) => result.objects)])
  return ofThing(generator)
}

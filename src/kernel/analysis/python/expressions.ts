import { evaluateCall } from './calls.ts'
import { bindMethod, callDunder, makeFunction, newFrame } from './closures.ts'
import { use } from './uses.ts'
import { askedName, guardsOf } from './guards.ts'
import { library } from './library/index.ts'
import { isChangeName } from './library/methods.ts'
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
import { addTexts, formattedText, literalText, percentFormat } from './texts.ts'
import {
  attributeOf,
  bindTarget,
  collection,
  elementOf,
  entriesOf,
  itemsOf,
  keysOf,
  loadName,
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
      const [only] = value.literals ?? []
      const negative = node.d.operator === Operator.Subtract && value.literals?.length === 1 && typeof only === 'number'
      if (negative) return ofLiteral(-only)
      return value.objects.length === 0 ? { ...unknown, frame: value.frame } : fresh()
    }
    case Kind.Ternary: {
      evaluate(run, node.d.testExpr)
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
      const values = node.d.items.map((item) => evaluate(run, item))
      const known = !node.d.items.some((item) => item.nodeType === Kind.Unpack || item.nodeType === Kind.Comprehension)
      if (node.d.items[0]?.nodeType === Kind.Comprehension) return values[0]!
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
      return evaluate(run, node.d.expr)
    case Kind.Yield:
    case Kind.YieldFrom: {
      const value = evaluate(run, node.d.expr)
      run.calls.at(-1)?.results.push(value)
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

/** A new object about which nothing is known. */
export function fresh(kind: Thing['kind'] = 'value'): Value {
  return ofThing(thing(kind))
}

function constant(type: ConstantNode['d']['constType']): Value {
  if (type === Keyword.True) return ofLiteral(true)
  if (type === Keyword.False) return ofLiteral(false)
  return type === Keyword.None ? ofLiteral(null) : unknown
}

function evaluateText(run: Run, node: StringListNode): Value {
  return addTexts(node.d.strings.map((part) => evaluate(run, part)))
}

/** The value of `base.name`. */
export function attribute(run: Run, base: Value, name: string, at: ParseNode): Value {
  const found: Value[] = []
  for (const object of base.objects) {
    const value = attributeOf(run, object, name)
    if (value !== undefined) found.push(bindMethod(run, object, value, at))
  }
  const fromLibrary = library.attribute(run, base, name, at)
  if (fromLibrary !== undefined) found.push(fromLibrary)
  if (found.length > 0) return join(found)
  if (base.objects.length > 0 && isChangeName(name)) return ofThing(thing('method', { self: base, changes: true }))
  return partOf(run, base)
}

function subscript(run: Run, node: IndexNode): Value {
  const base = evaluate(run, node.d.leftExpr)
  const index = join(node.d.items.map((item) => evaluate(run, item.d.valueExpr)))
  const fromLibrary = library.subscript(run, base, index, node)
  if (fromLibrary !== undefined) return fromLibrary
  callDunder(run, base, ['__getitem__'], node)
  const key = index.literals?.length === 1 ? index.literals[0]! : undefined
  if (key !== undefined) {
    const entry = entriesOf(run, base)?.get(key)
    if (entry !== undefined) return entry
    const items = itemsOf(run, base)
    const item = typeof key === 'number' ? items?.at(key) : undefined
    if (item !== undefined) return item
  }
  if (selectsCopy(node)) return fresh()
  // A slice of a list is a new list; of anything else it may be a view.
  const isSlice = node.d.items.some((item) => item.d.valueExpr.nodeType === Kind.Slice)
  if (isSlice && base.objects.length > 0 && base.objects.every((object) => object.container))
    return collection(run, [partOf(run, base)])
  const entries = entriesOf(run, base)
  if (entries !== null && entries !== undefined && entries.size > 0) return join([...entries.values()])
  const items = itemsOf(run, base)
  if (items !== null && items.length > 0) return join(items)
  return partOf(run, base)
}

/** `df[df.a > 0]`, `df[["a", "b"]]`: a new frame in pandas, a copy in numpy. */
function selectsCopy(node: IndexNode): boolean {
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
    const guards = guardsOf(run, node.d.leftExpr)
    const names = operator === Operator.And ? guards.where : guards.otherwise
    const look = (): void =>
      run.guarding(names, () => conditional(run, () => (right = evaluate(run, node.d.rightExpr))))
    run.state.merge([run.state.fork(), run.branch(look)])
    return join([left, right])
  }
  const right = evaluate(run, node.d.rightExpr)
  const fromLibrary = library.operator(left, right, operator)
  if (fromLibrary !== undefined) return fromLibrary
  if (operator === Operator.Add) {
    const sum = addTexts([left, right])
    if (sum.literals !== null) return sum
  }
  if (operator === Operator.Mod && left.literals !== null) return percentFormat(run, left, right)
  const method = operatorMethods.get(operator)
  if (method !== undefined) {
    callDunder(run, left, [`__${method}__`], node)
    callDunder(run, right, [`__r${method}__`], node)
  }
  if (left.objects.length === 0 && right.objects.length === 0) return unknown
  if (givesScalar.has(operator)) return unknown
  return collection(run, [partsAlone(run, left), partsAlone(run, right)])
}

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
      values.push(value, key)
      if (key.literals?.length === 1) entries.set(key.literals[0]!, value)
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
      evaluate(now, part.d.testExpr)
      return conditional(now, () => rounds(now, index + 1))
    }
    const iterable = use(now, part === first ? source : evaluate(now, part.d.iterableExpr), part, 'iterate')
    const items = itemsOf(now, iterable) ?? keysOf(now, iterable)
    const isKnown = items !== null && items.length > 0 && items.length <= mostUnrolled && now.budget > 0
    const round = (element: Value): void => {
      bindTarget(now, part.d.targetExpr, element)
      rounds(now, index + 1)
    }
    if (!isKnown) {
      if (now.flow === null) return round(elementOf(now, iterable))
      return now.flow.unknownRounds(() => round(elementOf(now, iterable)))
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
  if (certain && !node.d.isGenerator) look(run)
  else {
    const pass = run.branch(() => look(run))
    run.state.merge(certain ? [pass] : [run.state.fork(), pass])
  }
  const all = certain && results.length === known!.length
  if (!node.d.isGenerator) return collection(run, results, all ? { items: results } : {})
  // A generator runs where it is used, with the names that are current there.
  run.keepFrame(home)
  const generator = thing('iterator', { resume: look })
  run.state.addParts(generator, [...source.objects, ...results.flatMap((result) => result.objects)])
  return ofThing(generator)
}

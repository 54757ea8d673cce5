import { evaluateArguments, type Arguments } from './arguments.ts'
import { noteCallee } from './callees.ts'
import { bindMethod, callDunder, callThing, isCallable } from './closures.ts'
import { callUnknown, unknownArguments, use } from './uses.ts'
import { evaluate, fresh } from './expressions.ts'
import { pythonText } from './flow.ts'
import { library } from './library/index.ts'
import { changesInPlace, keepsParts, mergesArguments, reachesAll } from './library/methods.ts'
import { Kind, type CallNode } from './nodes.ts'
import { everyName, type Run } from './run.ts'
import { textMethod } from './texts.ts'
import { attributeOf, collection, entriesOf, partOf, partsFor } from './variables.ts'
import { join, ofLiteral, unknown, type Thing, type Value } from './value.ts'

/** Looks at a call: what it does to the world, and what it gives. */
export function evaluateCall(run: Run, node: CallNode): Value {
  const { flow } = run
  return flow === null ? lookAtCall(run, node) : flow.apart(() => lookAtCall(run, node))
}

function lookAtCall(run: Run, node: CallNode): Value {
  const { leftExpr } = node.d
  if (leftExpr.nodeType === Kind.MemberAccess) {
    const receiver = evaluate(run, leftExpr.d.leftExpr)
    noteCallee(run, node, receiver, leftExpr.d.member.d.value)
    return callMethod(run, node, receiver, leftExpr.d.member.d.value, evaluateArguments(run, node.d.args))
  }
  const callee = evaluate(run, leftExpr)
  noteCallee(run, node, callee, null)
  return callValue(run, node, callee, evaluateArguments(run, node.d.args))
}

export function callValue(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
  const { flow } = run
  const isHelper = flow !== null && run.stack.length === 0 && callee.origin !== undefined
  if (!isHelper || !callee.objects.some(isCallable)) return callAny(run, node, callee, args)
  return flow.through(helperText(run, callee.origin, args), () => callAny(run, node, callee, args))
}

/** The call of a function of the notebook as Python; null: its arguments are not known. */
function helperText(run: Run, name: string, { positional, named, others }: Arguments): string | null {
  const texts = [
    ...positional.map((value) => pythonText(run, value)),
    ...[...named].map(([key, value]) => {
      const text = pythonText(run, value)
      return text === null ? null : `${key}=${text}`
    }),
  ]
  return others.length > 0 || texts.includes(null) ? null : `${name}(${texts.join(', ')})`
}

function callAny(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
  const results: Value[] = []
  for (const object of callee.objects) {
    if (isCallable(object)) results.push(callThing(run, object, args, node))
    else if (object.kind === 'instance')
      results.push(callDunder(run, { ...unknown, objects: [object] }, ['__call__'], node, args) ?? fresh())
    else for (const inner of callablesIn(run, object)) callUnknown(run, inner, node, args.all)
  }
  if (callee.library.length > 0) results.push(library.call(run, node, callee, args))
  if (results.length > 0) return join(results)
  return callOpaque(run, node, callee, args)
}

/** `functools.partial` and other things that call what they hold. */
function callablesIn(run: Run, object: Thing): readonly Thing[] {
  return object.kind === 'value' ? run.state.partsOf(object).filter(isCallable) : []
}

/**
 * A call of something that cannot be looked into: it may call the functions it is given, with what it is given, now or when what it
 * gives is called.
 */
export function callOpaque(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
  // That a name is missing which a function uses is no mistake if the function is only called later.
  run.guarding([everyName], () => useArguments(run, node, args))
  use(run, callee, node, 'iterate')
  const made = fresh()
  const [first] = args.positional
  run.state.addParts(made.objects[0]!, first?.objects.filter(({ kind }) => kind === 'function') ?? [])
  return made
}

export function useArguments(run: Run, node: CallNode, args: Arguments): void {
  for (const value of args.all) {
    const functions = value.objects.filter((object) => object.kind === 'function' || object.kind === 'method')
    if (value.library.includes(notebookRun)) callByReference(run, node, value, others(run, value, args))
    if (functions.length === 0) use(run, value, node, 'argument')
    for (const object of functions) callUnknown(run, object, node, others(run, value, args))
  }
}

function others(run: Run, value: Value, args: Arguments): Value[] {
  return args.all.filter((other) => other !== value).map((other) => partOf(run, other))
}

/** Code that we cannot see may call a function of a library, and does so with what nobody knows. */
function callByReference(run: Run, node: CallNode, callee: Value, given: readonly Value[]): void {
  const args = unknownArguments(given)
  run.state.merge([run.state.fork(), run.branch(() => void library.call(run, node, callee, args))])
}

/** What is called by reference more often than by name. */
const notebookRun = 'dbutils.notebook.run'

function callMethod(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  const own: Value[] = []
  for (const object of receiver.objects) {
    const found = attributeOf(run, object, name)
    if (found !== undefined) own.push(callValue(run, node, bindMethod(run, object, found, node), args))
  }
  if (own.length > 0) return join(own)
  const fromLibrary = library.method(run, node, receiver, name, args)
  if (fromLibrary !== undefined) return fromLibrary
  const text = textMethod(receiver, name, args)
  if (text !== undefined) return text
  return callUnknownMethod(run, node, receiver, name, args)
}

function callUnknownMethod(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  useArguments(run, node, args)
  if (receiver.objects.length === 0) return fresh()
  use(run, receiver, node, 'iterate')
  if (changesInPlace(name, args, node)) {
    if (reachesAll(name)) run.change(withParts(run, receiver), node)
    else {
      const added = mergesArguments(name)
        ? [...args.positional.map((value) => partOf(run, value)), ...args.named.values(), ...args.others]
        : args.all
      for (const object of receiver.objects) run.state.addParts(object, added.flatMap(partsFor))
      run.change(receiver, node)
    }
  }
  const isOwn = receiver.objects.every((object) => object.container)
  if (name === 'copy') return isOwn ? collection(run, [partOf(run, receiver)]) : fresh()
  const entries = isOwn && args.all.length === 0 ? entriesOf(run, receiver) : null
  if (entries != null && (name === 'items' || name === 'keys' || name === 'values')) return pairsOf(run, entries, name)
  if (name === 'values') return collection(run, [partOf(run, receiver)])
  if (name === 'items') return collection(run, [collection(run, [partOf(run, receiver)])])
  return keepsParts(name) ? partOf(run, receiver) : fresh()
}

/** What a known dictionary goes through. */
function pairsOf(run: Run, entries: NonNullable<Thing['entries']>, name: 'items' | 'keys' | 'values'): Value {
  const items = [...entries].map(([key, value]) => {
    if (name === 'values') return value
    if (name === 'keys') return ofLiteral(key)
    const pair = [ofLiteral(key), value]
    return collection(run, pair, { items: pair })
  })
  return collection(run, items, { items })
}

function withParts(run: Run, value: Value): Value {
  return { ...value, objects: [...value.objects, ...value.objects.flatMap((object) => run.state.partsOf(object))] }
}

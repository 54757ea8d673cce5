import { gap } from '../rough-path.ts'
import { evaluateArguments, type Arguments } from './arguments.ts'
import { noteCallee } from './callees.ts'
import { bindMethod, callDunder, callThing, isCallable } from './closures.ts'
import { callMethods, callUnknown, unknownArguments, use } from './uses.ts'
import { evaluate, fresh } from './expressions.ts'
import { pythonText } from './flow.ts'
import { computes, framesIn } from './library/frames.ts'
import { submodule } from './imports.ts'
import { library } from './library/index.ts'
import {
  addsMember,
  changesArguments,
  changesByLooks,
  changesInPlace,
  drawsAxes,
  givesHandle,
  keepsParts,
  mergesArguments,
  reachesAll,
} from './library/methods.ts'
import { namespaceMethod } from './namespaces.ts'
import { patchOf } from './patches.ts'
import { Kind, type CallNode } from './nodes.ts'
import { everyName, type Run } from './run.ts'
import { textMethod } from './texts.ts'
import {
  attributeOf,
  collection,
  collectionOf,
  elementOf,
  entriesOf,
  memberOf,
  partOf,
  partsFor,
  putInto,
} from './variables.ts'
import type { Effect } from '../effect.ts'
import { distinctEffects, join, ofLiteral, ofThing, thing, unknown, type Thing, type Value } from './value.ts'

/** Looks at a call: what it does to the world, and what it gives. */
export function evaluateCall(run: Run, node: CallNode): Value {
  const { flow } = run
  return flow === null ? lookAtCall(run, node) : flow.apart(() => lookAtCall(run, node))
}

function lookAtCall(run: Run, node: CallNode): Value {
  const { leftExpr } = node.d
  if (leftExpr.nodeType === Kind.MemberAccess) {
    const named = namespaceMethod(run, node)
    if (named !== undefined) return named
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
    else if (object.kind === 'instance') {
      const own = callDunder(run, { ...unknown, objects: [object] }, ['__call__'], node, args)
      results.push(own ?? callForeign(run, object, node, args))
    } else {
      const bound = run.state.partsOf(object).filter((part) => !isCallable(part))
      for (const inner of callablesIn(run, object))
        results.push(callUnknown(run, inner, node, [...args.all, ofThing(...bound)]), fresh())
    }
  }
  if (callee.library.length > 0) results.push(library.call(run, node, callee, args))
  if (results.length > 0) return join(results)
  return callOpaque(run, node, callee, args)
}

/** Things that call what they hold. */
function callablesIn(run: Run, object: Thing): readonly Thing[] {
  return object.kind === 'value' ? run.state.partsOf(object).filter(isCallable) : []
}

/** A method that the class of an object has from a library: it may call each of the class's own. */
function callForeign(run: Run, object: Thing, node: CallNode, args: Arguments): Value {
  useArguments(run, node, args)
  callMethods(run, object, node, args.all)
  return fresh()
}

/**
 * A call of something that cannot be looked into: it may call the functions it is given, with what it is given, now or when what it
 * gives is called.
 */
export function callOpaque(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
  // That a name is missing which a function uses is no mistake if the function is only called later.
  const results = run.guarding([everyName], () => useArguments(run, node, args))
  use(run, callee, node, 'iterate')
  changeTargets(run, node, args)
  const made = fresh()
  const [first] = args.positional
  const kept = isConstructor(node) ? args.all.flatMap((value) => value.objects) : []
  const functions = first?.objects.filter(({ kind }) => kind === 'function') ?? []
  run.state.addParts(made.objects[0]!, [...kept, ...functions, ...results.flatMap((result) => result.objects)])
  return stillReading(made, framesIn(run, args))
}

/** What is made of lazy frames may be one: reading it reads what they read. */
function stillReading(made: Value, reads: readonly Effect[]): Value {
  return reads.length === 0 ? made : { ...made, frame: distinctEffects([...(made.frame ?? []), ...reads]) }
}

/** By their names, classes: what they make holds what it is made of. */
function isConstructor({ d: { leftExpr } }: CallNode): boolean {
  const name = leftExpr.nodeType === Kind.MemberAccess ? leftExpr.d.member : leftExpr
  return name.nodeType === Kind.Name && /^_*[A-Z]|^make_(pipeline|union|column_transformer)$/.test(name.d.value)
}

/** Arguments that are named to be changed: `out=array`, `ax=axes`, `file=buffer`. */
export function changeTargets(run: Run, node: CallNode, args: Arguments): void {
  for (const name of ['out', 'ax', 'axes', 'fig', 'figure', 'file', 'buf', 'buffer', 'stream'])
    if (args.named.has(name)) run.change(args.named.get(name)!, node)
}

/**
 * Code that cannot be looked into gets arguments: it calls the functions among them, with the others or with what is in them.
 * `elements`: only with what is in them. Tells what the functions give.
 */
export function useArguments(
  run: Run,
  node: CallNode,
  args: Arguments,
  how: 'any' | 'elements' = 'any',
  receiver: readonly Value[] = [],
): readonly Value[] {
  const results: Value[] = []
  for (const value of args.all) {
    const functions = value.objects.filter((object) => object.kind === 'function' || object.kind === 'method')
    if (functions.length === 0) use(run, value, node, 'argument')
    const others = [...receiver, ...args.all.filter((other) => other !== value)]
    const inside = others.map((other) => elementOf(run, other))
    if (value.library.includes(notebookRun)) callByReference(run, node, value, inside)
    for (const object of functions)
      results.push(callUnknown(run, object, node, how === 'any' ? [...others, ...inside] : inside))
  }
  return results
}

/** Code that we cannot see may call a function of a library, and does so with what nobody knows. */
function callByReference(run: Run, node: CallNode, callee: Value, given: readonly Value[]): void {
  const args = unknownArguments(given)
  run.state.merge([run.state.fork(), run.branch(() => void library.call(run, node, callee, args))])
}

/** What is called by reference more often than by name. */
const notebookRun = 'dbutils.notebook.run'

export function callMethod(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  const own: Value[] = []
  for (const object of receiver.objects) {
    const found = attributeOf(run, object, name) ?? submodule(run, object, name)
    if (found !== undefined) own.push(callValue(run, node, bindMethod(run, object, found, node), args))
  }
  if (own.length > 0) return join(own)
  const patch = patchOf(run, receiver, name, node)
  if (patch !== undefined) return callValue(run, node, patch, args)
  const fromLibrary = library.method(run, node, receiver, name, args)
  if (fromLibrary !== undefined) return fromLibrary
  const text = textMethod(run, receiver, name, args)
  if (text !== undefined) return text
  const foreign = receiver.objects.filter((object) => object.kind === 'instance')
  for (const object of foreign) {
    if (object.self === undefined && isForeign(object)) callForeign(run, object, node, args)
    const made = callDunder(run, ofThing(object), ['__getattr__'], node)
    if (made !== undefined) callValue(run, node, made, args)
  }
  // What `super()` leads to beyond the notebook's classes is a method of the object itself.
  const objects = receiver.objects.flatMap(
    (object) => (foreign.includes(object) ? object.self?.objects : null) ?? object,
  )
  return callUnknownMethod(run, node, { ...receiver, objects }, name, args)
}

function callUnknownMethod(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  const made = callObject(run, node, receiver, name, args)
  return computes(name) ? made : stillReading(made, [...(receiver.frame ?? []), ...framesIn(run, args)])
}

function callObject(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  const results = useArguments(run, node, args, 'any', [receiver])
  changeTargets(run, node, args)
  if (changesArguments(name)) for (const value of args.positional) run.change(value, node)
  if (name === 'enter_context') return entered(run, node, args)
  if (receiver.objects.length === 0) return fresh()
  use(run, receiver, node, 'iterate')
  const isOpaque = receiver.objects.some((object) => object.kind === 'value' && !object.container)
  if (changesInPlace(name, args, node) || (isOpaque && changesByLooks(name, node))) {
    if (reachesAll(name)) run.change(withParts(run, receiver), node)
    else {
      const added = mergesArguments(name)
        ? [...args.positional.map((value) => partOf(run, value)), ...args.named.values(), ...args.others]
        : args.all
      if (addsMember(name)) putInto(run, receiver, args.positional.slice(-1), node)
      else {
        for (const object of receiver.objects) run.state.addParts(object, added.flatMap(partsFor))
        run.change(receiver, node)
      }
    }
  }
  const isOwn = receiver.objects.every((object) => object.container)
  const known = ofDictionary(run, receiver, name, args)
  if (known !== null) return known
  if (name === 'copy') return isOwn ? collectionOf(run, memberOf(run, receiver)) : fresh()
  if (name === 'values') return collectionOf(run, memberOf(run, receiver))
  if (name === 'items') return collection(run, [collection(run, [partOf(run, receiver)])])
  if (name === 'pipe' && results.length > 0) return join(results)
  if (drawsAxes(name)) return fresh('stateful')
  if (givesHandle(name) && receiver.objects.some(({ kind }) => kind === 'stateful'))
    return { ...fresh('stateful'), objects: [thing('stateful'), ...receiver.objects] }
  if (name === 'pop' || name === 'get' || name === 'setdefault')
    return join([memberOf(run, receiver), ...args.positional.slice(1)])
  if (keepsParts(name)) return partOf(run, receiver)
  const made = fresh()
  run.state.addParts(
    made.objects[0]!,
    results.flatMap((result) => result.objects),
  )
  return made
}

/** Whether some class of an object has bases that cannot be looked into. */
function isForeign({ classes, foreign }: Thing): boolean {
  return foreign === true || (classes ?? []).some(isForeign)
}

/** `stack.enter_context(manager)`. */
function entered(run: Run, node: CallNode, args: Arguments): Value {
  const manager = args.positional[0] ?? unknown
  const value = callDunder(run, manager, ['__enter__', '__aenter__'], node)
  callDunder(run, manager, ['__exit__', '__aexit__'], node)
  return value ?? manager
}

/** What methods of a dictionary give whose entries are known one by one. */
function ofDictionary(run: Run, receiver: Value, name: string, args: Arguments): Value | null {
  const entries = entriesOf(run, receiver)
  if (entries == null) return null
  const listOf = (items: readonly Value[]): Value => collection(run, items, { items })
  if (name === 'copy') return collection(run, [...entries.values()], { entries })
  if (name === 'values') return listOf([...entries.values()])
  if (name === 'keys') return listOf([...entries.keys()].map((key) => ofLiteral(key)))
  if (name === 'items') return listOf([...entries].map(([key, value]) => listOf([ofLiteral(key), value])))
  const key = args.positional[0]?.literals
  if (name !== 'get' || key?.length !== 1 || String(key[0]).includes(gap)) return null
  return entries.get(key[0]!) ?? args.positional[1] ?? ofLiteral(null)
}

/** With all that is in it, as far as it goes: a pipeline holds a list of pairs of names and models. */
function withParts(run: Run, value: Value): Value {
  const all = new Set(value.objects)
  for (const object of all) if (all.size < mostInside) for (const part of run.state.partsOf(object)) all.add(part)
  return { ...value, objects: [...all] }
}

const mostInside = 200

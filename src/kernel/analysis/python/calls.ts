import { gap } from '../rough-path.ts'
import { evaluateArguments, type Arguments } from './arguments.ts'
import { bindMethod, callDunder, callThing, isCallable } from './closures.ts'
import { callUnknown, use } from './uses.ts'
import { evaluate, fresh } from './expressions.ts'
import { computes, framesIn } from './library/frames.ts'
import { library } from './library/index.ts'
import { addsMember, changesInPlace, keepsParts, mergesArguments, reachesAll } from './library/methods.ts'
import { Kind, type CallNode } from './nodes.ts'
import { everyName, type Run } from './run.ts'
import { textMethod } from './texts.ts'
import { attributeOf, collection, collectionOf, entriesOf, memberOf, partOf, partsFor, putInto } from './variables.ts'
import type { Effect } from '../effect.ts'
import { distinctEffects, join, ofLiteral, unknown, type Thing, type Value } from './value.ts'

/** Looks at a call: what it does to the world, and what it gives. */
export function evaluateCall(run: Run, node: CallNode): Value {
  const { leftExpr } = node.d
  if (leftExpr.nodeType === Kind.MemberAccess) {
    const receiver = evaluate(run, leftExpr.d.leftExpr)
    return callMethod(run, node, receiver, leftExpr.d.member.d.value, evaluateArguments(run, node.d.args))
  }
  const callee = evaluate(run, leftExpr)
  return callValue(run, node, callee, evaluateArguments(run, node.d.args))
}

export function callValue(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
  const results: Value[] = []
  for (const object of callee.objects) {
    if (object.partial !== undefined) results.push(callPartial(run, node, object.partial, args))
    else if (isCallable(object)) results.push(callThing(run, object, args, node))
    else if (object.kind === 'instance')
      results.push(callDunder(run, { ...unknown, objects: [object] }, ['__call__'], node, args) ?? fresh())
    else for (const inner of callablesIn(run, object)) callUnknown(run, inner, node, args.all)
  }
  if (callee.library.length > 0) results.push(library.call(run, node, callee, args))
  if (results.length > 0) return join(results)
  return callOpaque(run, node, callee, args)
}

function callPartial(run: Run, node: CallNode, first: NonNullable<Thing['partial']>, args: Arguments): Value {
  const positional = [...first.args.positional, ...args.positional]
  const named = new Map([...first.args.named, ...args.named])
  const others = [...first.args.others, ...args.others]
  return callValue(run, node, first.callee, {
    positional,
    named,
    others,
    all: [...positional, ...named.values(), ...others],
  })
}

/** Things that call what they hold. */
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
  return stillReading(made, framesIn(run, args))
}

/** What is made of lazy frames may be one: reading it reads what they read. */
function stillReading(made: Value, reads: readonly Effect[]): Value {
  return reads.length === 0 ? made : { ...made, frame: distinctEffects([...(made.frame ?? []), ...reads]) }
}

export function useArguments(run: Run, node: CallNode, args: Arguments): void {
  for (const value of args.all) {
    const functions = value.objects.filter((object) => object.kind === 'function' || object.kind === 'method')
    if (functions.length === 0) use(run, value, node, 'argument')
    const others = args.all.filter((other) => other !== value).map((other) => partOf(run, other))
    for (const object of functions) callUnknown(run, object, node, others)
  }
}

function callMethod(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  const own: Value[] = []
  for (const object of receiver.objects) {
    const found = attributeOf(run, object, name)
    if (found !== undefined) own.push(callValue(run, node, bindMethod(run, object, found, node), args))
  }
  if (own.length > 0) return join(own)
  const fromLibrary = library.method(run, node, receiver, name, args)
  if (fromLibrary !== undefined) return fromLibrary
  const text = textMethod(run, receiver, name, args)
  if (text !== undefined) return text
  return callUnknownMethod(run, node, receiver, name, args)
}

function callUnknownMethod(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  const made = callObject(run, node, receiver, name, args)
  return computes(name) ? made : stillReading(made, [...(receiver.frame ?? []), ...framesIn(run, args)])
}

function callObject(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value {
  useArguments(run, node, args)
  if (receiver.objects.length === 0) return fresh()
  use(run, receiver, node, 'iterate')
  if (changesInPlace(name, args, node)) {
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
  if (name === 'pop' || name === 'get' || name === 'setdefault')
    return join([memberOf(run, receiver), ...args.positional.slice(1)])
  return keepsParts(name) ? partOf(run, receiver) : fresh()
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

function withParts(run: Run, value: Value): Value {
  return { ...value, objects: [...value.objects, ...value.objects.flatMap((object) => run.state.partsOf(object))] }
}

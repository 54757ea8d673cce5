import type { Span } from '../effect.ts'
import type { Arguments } from './arguments.ts'
import { callDunder, callThing, isCallable } from './closures.ts'
import { fresh } from './expressions.ts'
import type { ParseNode } from './nodes.ts'
import type { Run } from './run.ts'
import { ofThing, thing, unknown, type Thing, type Value } from './value.ts'
import { partOf } from './variables.ts'

const usedBy = {
  iterate: ['__iter__', '__next__', '__aiter__', '__anext__'],
  argument: [
    '__iter__',
    '__next__',
    '__len__',
    '__str__',
    '__repr__',
    '__call__',
    '__getitem__',
    '__eq__',
    '__hash__',
    '__bool__',
  ],
  with: ['__enter__', '__exit__', '__aenter__', '__aexit__'],
} as const

/**
 * Notes that code which we cannot see gets a value: it may call functions, goes on with iterators, and changes connections and
 * the like. Returns the value.
 */
export function use(run: Run, value: Value, at: ParseNode | Span, how: keyof typeof usedBy): Value {
  for (const object of value.objects) {
    if (object.kind === 'iterator') {
      if (object.resume !== undefined && !run.resuming.has(object) && run.budget > 0) {
        resume(run, object, at)
      }
      run.change(ofThing(object), at)
    } else if (object.kind === 'stateful' && how !== 'with') run.change(ofThing(object), at)
    else if (isCallable(object) && how === 'argument' && object.kind !== 'class') callUnknown(run, object, at)
    else if (how === 'argument' && (object.kind === 'class' || object.kind === 'instance')) callMethods(run, object, at)
    else if (object.kind === 'value' && how === 'argument') {
      for (const part of run.state.partsOf(object))
        if (part.kind === 'function' || part.kind === 'method') callUnknown(run, part, at)
    }
  }
  for (const object of value.objects) {
    const made = callDunder(run, ofThing(object), usedBy[how], at)
    // What its own code gives when it is gone through is found in it.
    if (made !== undefined && how === 'iterate')
      run.state.addParts(object, [...made.objects, ...partOf(run, made).objects])
  }
  return value
}

function resume(run: Run, iterator: Thing, at: ParseNode | Span): void {
  const { site, certain } = run
  run.budget -= 20
  run.site = run.where(at)
  run.resuming.add(iterator)
  const look = (): void => iterator.resume!(run)
  run.state.merge([run.state.fork(), run.branch(() => (run.flow === null ? look() : run.flow.again(look)))])
  run.resuming.delete(iterator)
  Object.assign(run, { site, certain })
}

/** Calls that may happen, with arguments of which only these are known. Tells what they may give. */
export function callUnknown(run: Run, object: Thing, at: ParseNode | Span, given: readonly Value[] = []): Value {
  if (object.closure !== undefined && run.stack.includes(object.closure.node)) return unknown
  let result = unknown
  run.state.merge([run.state.fork(), run.branch(() => (result = callThing(run, object, unknownArguments(given), at)))])
  return result
}

/** Code that cannot be looked into has an object, or makes one of a class: it may call any of its methods. */
export function callMethods(run: Run, object: Thing, at: ParseNode | Span, given: readonly Value[] = []): void {
  const self = object.kind === 'class' ? thing('instance', { classes: [object] }) : object
  const seen = new Set<Thing>()
  const look = (each: Thing): void => {
    if (seen.has(each) || run.budget < 0) return
    seen.add(each)
    if (each.members !== undefined) {
      for (const part of run.state.partsOf(each.members.thing))
        if (part.kind === 'function')
          callUnknown(run, thing('method', { closure: part.closure!, self: ofThing(self) }), at, given)
    }
    for (const base of each.classes ?? []) look(base)
  }
  for (const each of self.classes ?? []) look(each)
}

export function unknownArguments(given: readonly Value[] = []): Arguments {
  const others = [fresh(), ...given]
  return { positional: [], named: new Map(), others, all: others }
}

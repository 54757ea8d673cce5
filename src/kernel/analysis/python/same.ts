import { effectKey, type Effect } from '../effect.ts'
import type { Binding } from './state.ts'
import type { Closure, Thing, Value } from './value.ts'

/** Whether two things of the analysis say the same. Objects, runs and programs are the same only if they are one. */
export function sameBinding(a: Binding | undefined, b: Binding | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  return (
    a.sure === b.sure &&
    Boolean(a.gone) === Boolean(b.gone) &&
    Boolean(a.assumed) === Boolean(b.assumed) &&
    sameValue(a.value, b.value)
  )
}

export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true
  return (
    sameItems(a.objects, b.objects) &&
    sameItems(a.literals, b.literals) &&
    sameItems(a.library, b.library) &&
    sameItems(a.frame, b.frame, sameRead) &&
    sameMaps(a.options, b.options) &&
    Boolean(a.part) === Boolean(b.part)
  )
}

/** Where a frame was asked for does not matter to those who use it. */
function sameRead(a: Effect, b: Effect): boolean {
  return effectKey(a) === effectKey(b)
}

/** Whether an object is made of just these. */
export function sameDetails(old: Thing, details: Omit<Thing, 'id' | 'kind'>): boolean {
  // What goes on when an iterator is used cannot be compared.
  if (old.resume !== undefined || details.resume !== undefined) return false
  const { id: _, kind: __, ...before } = old
  const keys = new Set([...Object.keys(before), ...Object.keys(details)]) as Set<keyof typeof before>
  return [...keys].every((key) => {
    const [a, b] = [before[key], details[key]]
    if (a === b) return true
    if (a === undefined || b === undefined) return false
    switch (key) {
      case 'items':
        return sameItems(a as Thing['items'], b as Thing['items'], sameValue)
      case 'classes':
      case 'meta':
        return sameItems(a as Thing['classes'], b as Thing['classes'])
      case 'fields':
        return sameItems(a as Thing['fields'], b as Thing['fields'])
      case 'touches':
        return sameItems(a as Thing['touches'], b as Thing['touches'], sameRead)
      case 'partial':
        return samePartial(a as NonNullable<Thing['partial']>, b as NonNullable<Thing['partial']>)
      case 'frame':
        return sameItems(a as Thing['frame'], b as Thing['frame'], sameRead)
      case 'entries':
        return sameMaps(a as NonNullable<Thing['entries']>, b as NonNullable<Thing['entries']>)
      case 'self':
      case 'gives':
      case 'awaited':
        return sameValue(a as Value, b as Value)
      case 'closure':
        return sameClosure(a as Closure, b as Closure)
      default:
        return false
    }
  })
}

function samePartial(a: NonNullable<Thing['partial']>, b: NonNullable<Thing['partial']>): boolean {
  return (
    sameValue(a.callee, b.callee) &&
    sameItems(a.args.positional, b.args.positional, sameValue) &&
    sameMaps(a.args.named, b.args.named) &&
    sameItems(a.args.others, b.args.others, sameValue)
  )
}

function sameClosure(a: Closure, b: Closure): boolean {
  return (
    a.node === b.node &&
    a.name === b.name &&
    a.frame === b.frame &&
    a.binding === b.binding &&
    sameMaps(a.defaults, b.defaults)
  )
}

export function sameItems<T>(
  a: readonly T[] | null | undefined,
  b: readonly T[] | null | undefined,
  same: (a: T, b: T) => boolean = Object.is,
): boolean {
  if (a === b) return true
  if (a == null || b == null || a.length !== b.length) return false
  return a.every((item, at) => same(item, b[at]!))
}

function sameMaps<K>(a: ReadonlyMap<K, Value> | null, b: ReadonlyMap<K, Value> | null): boolean {
  if (a === b) return true
  if (a === null || b === null || a.size !== b.size) return false
  // The order counts: what is said of all entries is said in it.
  return sameItems([...a.keys()], [...b.keys()]) && [...a].every(([key, value]) => sameValue(value, b.get(key)!))
}

export function sameSets<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a === b || (a.size === b.size && sameItems([...a], [...b]))
}

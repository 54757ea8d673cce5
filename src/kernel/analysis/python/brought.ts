import type { Effect, Span } from '../effect.ts'
import { callClosure } from './closures.ts'
import { settleNames } from './names.ts'
import type { Run } from './run.ts'
import { unknownArguments } from './uses.ts'
import { distinctEffects, movedTo, type Thing, type Value } from './value.ts'

/** What a value brings along to whoever uses it. */
export interface Brought {
  /** The effects of its functions and methods, should they be called. */
  readonly called: readonly Effect[]
  /** What frames in it read, should they be computed. */
  readonly read: readonly Effect[]
}

/**
 * What a value brings along. Functions are looked at with arguments that nobody knows, at a moment that nobody knows.
 * `where`: for what was defined in another cell.
 */
export function broughtBy(run: Run, value: Value, where: Span): Brought {
  const called: Effect[] = []
  const read: Effect[] = []
  // A handle of a Delta table means the table as it is at each use; a frame of it is a question put once.
  const { library, frame } = value
  const isHandle = library.some((name) => name.startsWith('delta.'))
  for (const effect of movedTo(frame ?? [], where)) (isHandle ? called : read).push(effect)
  const seen = new Set<Thing>()
  const look = (object: Thing, depth: number): void => {
    if (seen.has(object) || depth > 3 || seen.size > 200) return
    seen.add(object)
    if (object.frame !== undefined) read.push(...object.frame)
    if (object.closure !== undefined) called.push(...bodyEffects(run, object, where))
    if (object.partial !== undefined) for (const part of run.state.partsOf(object)) look(part, depth + 1)
    const { resume } = object
    if (resume !== undefined) called.push(...deferredEffects(run, where, () => resume(run)))
    for (const part of object.classes ?? []) look(part, depth + 1)
    if (object.members !== undefined && object.kind === 'class') {
      for (const part of run.state.partsOf(object.members.thing)) look(part, depth + 1)
    }
    if (object.kind === 'value' || object.kind === 'instance')
      for (const part of run.state.partsOf(object)) look(part, depth + 1)
  }
  for (const object of value.objects) look(object, 0)
  return { called: distinctEffects(called), read: distinctEffects(movedTo(read, where)) }
}

function bodyEffects(run: Run, object: Thing, where: Span): readonly Effect[] {
  const closure = object.closure!
  const foreign = closure.frame.program !== run.program
  const effects = run.state.place.bodyOf(closure, () => {
    const args = unknownArguments(object.self === undefined ? [] : [object.self])
    return deferredEffects(run, foreign ? where : null, () => void callClosure(run, closure, args, null))
  })
  return foreign ? movedTo(effects, where) : effects
}

/** The effects of something that happens later, if it happens. The state is left as it was. */
function deferredEffects(run: Run, site: Span | null, look: () => void): readonly Effect[] {
  if (run.deferred !== null) return []
  const { state, log, frame, leaves, namespace } = run
  run.state = state.fork()
  run.log = { effects: [], findings: [] }
  run.deferred = new Map()
  run.site = site
  look()
  const effects = settleNames(run.log.effects, run.state)
  Object.assign(run, { state, log, frame, leaves, namespace, deferred: null, site: null })
  return effects.map(({ expanded: _, ...effect }) => effect)
}

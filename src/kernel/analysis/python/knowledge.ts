import type { Effect } from '../effect.ts'
import type { Namespace } from '../sql/index.ts'
import { names, parameters, sqlVariables, type Place } from './place.ts'
import { everyName } from './run.ts'
import { State } from './state.ts'
import { ofFrame, ofLiteral, onlyText, unknown } from './value.ts'

/** What is known of the notebook's names, objects and parameters behind one of its cells. */
export interface Knowledge {
  readonly state: State
  /** Where names without catalog and schema are looked up; null: not known. */
  namespace: Namespace | null
}

/** What is known at a place of a notebook; without one, where it begins. */
export function newKnowledge(namespace: Namespace | null, place?: Place): Knowledge {
  return { state: new State(null, place), namespace }
}

/** From here on any name may mean anything. */
export function forgetAll({ state }: Knowledge): void {
  for (const [key] of state.bindings(names)) state.drop(key)
  state.set(everyName, unknown)
}

/** Notes that a name now holds a lazy frame. */
export function knowFrame({ state }: Knowledge, name: string, reads: readonly Effect[]): void {
  state.set(name, ofFrame(reads))
}

/** Notes that a parameter is declared; where `%run` gives its value, that stays. */
export function knowParameter({ state }: Knowledge, name: string, initial: string): void {
  if (!isGiven(state, name)) state.set(`#param.${name}`, ofLiteral(initial))
}

/**
 * Looks at what is run with these values for its parameters, which it may declare as it likes. Behind it they are what they were
 * before.
 */
export function withGiven<T>({ state }: Knowledge, given: Readonly<Record<string, string>>, look: () => T): T {
  const keys = Object.keys(given).flatMap((name) => [`#param.${name}`, `#given.${name}`])
  const before = keys.map((key) => [key, state.get(key)] as const)
  for (const [name, value] of Object.entries(given))
    for (const key of [`#param.${name}`, `#given.${name}`]) state.set(key, ofLiteral(value))
  const result = look()
  for (const [key, binding] of before) state.restore(key, binding)
  return result
}

/** Whether a parameter's value was given, so that its declaration does not count. */
export function isGiven(state: State, name: string): boolean {
  return state.get(`#given.${name}`) !== undefined
}

/** Notes which variables of the SQL session these effects make. */
export function knowVariables({ state }: Pick<Knowledge, 'state'>, effects: readonly Effect[]): void {
  for (const { mode, resource } of effects)
    if (mode === 'write' && resource.startsWith(variablePrefix))
      state.set(`${sqlVariables}${resource.slice(variablePrefix.length)}`, unknown)
}

const variablePrefix = 'session:variable.'

/** The variables of the SQL session that may be there, lower case. */
export function knownVariables({ state }: Pick<Knowledge, 'state'>): ReadonlySet<string> {
  return new Set([...state.bindings(sqlVariables)].map(([key]) => key.slice(sqlVariables.length)))
}

/** The parameters whose value is known, with it. */
export function knownParameters({ state }: Knowledge): Record<string, string> {
  const known: Record<string, string> = {}
  for (const [key, { value }] of state.bindings(parameters)) {
    const text = onlyText(value)
    if (text !== null) known[key.slice(parameters.length)] = text
  }
  return known
}

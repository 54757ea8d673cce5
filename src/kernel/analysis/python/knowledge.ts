import type { Effect } from '../effect.ts'
import type { Namespace } from '../sql/index.ts'
import type { Flow } from './flow.ts'
import { everyName, isModuleName, type Given } from './run.ts'
import { State } from './state.ts'
import { ofFrame, ofLiteral, onlyText, unknown } from './value.ts'

/** What is known of the notebook's names, objects and parameters behind one of its cells. */
export interface Knowledge {
  readonly state: State
  /** Where names without catalog and schema are looked up; null: not known. */
  namespace: Namespace | null
  /** What watches for calls of notebooks, if somebody wants to know. */
  readonly flow?: Flow
}

/** What is known where a notebook begins. */
export function newKnowledge(namespace: Namespace): Knowledge {
  return { state: new State(), namespace }
}

/** The same knowledge, which can go another way. */
export function copyKnowledge({ state, namespace }: Knowledge): Knowledge {
  const copy = new State()
  copy.commit(state)
  return { state: copy, namespace }
}

/** From here on any name may mean anything. */
export function forgetAll({ state }: Knowledge): void {
  for (const key of [...state.variables.keys()]) if (isModuleName(key)) state.variables.delete(key)
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
export function withGiven<T>({ state }: Knowledge, given: Given, look: () => T): T {
  const keys = Object.keys(given).flatMap((name) => [`#param.${name}`, `#given.${name}`])
  const before = keys.map((key) => [key, state.variables.get(key)] as const)
  for (const [name, value] of Object.entries(given))
    for (const key of [`#param.${name}`, `#given.${name}`]) state.set(key, value === null ? unknown : ofLiteral(value))
  const result = look()
  for (const [key, binding] of before) {
    if (binding === undefined) state.variables.delete(key)
    else state.variables.set(key, binding)
  }
  return result
}

/** Whether a parameter's value was given, so that its declaration does not count. */
export function isGiven(state: State, name: string): boolean {
  return (state.get(`#given.${name}`) ?? state.get(`#given.${anyParameter}`)) !== undefined
}

/** Stands for all parameters where it is not known which are given. */
export const anyParameter = '*'

/** Notes which variables of the SQL session these effects make. */
export function knowVariables({ state }: Pick<Knowledge, 'state'>, effects: readonly Effect[]): void {
  for (const { mode, resource } of effects)
    if (mode === 'write' && resource.startsWith(variablePrefix))
      state.set(`#variable.${resource.slice(variablePrefix.length)}`, unknown)
}

const variablePrefix = 'session:variable.'

/** The variables of the SQL session that may be there, lower case. */
export function knownVariables({ state }: Pick<Knowledge, 'state'>): ReadonlySet<string> {
  const names = new Set<string>()
  for (let each: State | null = state; each !== null; each = each.parent) {
    for (const key of each.variables.keys()) if (key.startsWith('#variable.')) names.add(key.slice('#variable.'.length))
  }
  return names
}

/** The parameters whose value is known, with it. */
export function knownParameters({ state }: Knowledge): Record<string, string> {
  const known: Record<string, string> = {}
  for (const [key, { value }] of state.variables) {
    const text = key.startsWith('#param.') ? onlyText(value) : null
    if (text !== null) known[key.slice('#param.'.length)] = text
  }
  return known
}

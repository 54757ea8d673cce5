import type { Effect } from '../effect.ts'
import type { Namespace } from '../sql/index.ts'
import { State } from './state.ts'
import { ofFrame, ofLiteral, onlyText } from './value.ts'

/** What is known of the notebook's names, objects and parameters behind one of its cells. */
export interface Knowledge {
  readonly state: State
  /** Where names without catalog and schema are looked up; null: not known. */
  namespace: Namespace | null
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

/** Notes that a name now holds a lazy frame. */
export function knowFrame({ state }: Knowledge, name: string, reads: readonly Effect[]): void {
  state.set(name, ofFrame(reads))
}

/** Notes that a parameter is declared. */
export function knowParameter({ state }: Knowledge, name: string, initial: string): void {
  state.set(`#param.${name}`, ofLiteral(initial))
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

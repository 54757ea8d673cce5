import { isText, type CellKind } from '../notebook/index.ts'
import type { CellState } from '../contract/index.ts'
import type { Edge } from '../graph/index.ts'
import type { KnownCell } from './understanding.ts'

/** An edge into a cell. `ambient`: it is none of the graph's, see `ambientOf`. */
export type InputEdge = Edge & { readonly ambient?: true }

/** An edge along which a value or a table flows: where its source fails, its target is blocked. */
export function carries(edge: InputEdge): boolean {
  if (edge.ambient === true) return false
  return edge.reasons.some((reason) => reason.order === 'read-after-write' && reason.kind !== 'control')
}

/** An edge along which anything flows, be it only the decision to go on; the others only order. */
export function feeds(edge: Edge): boolean {
  return edge.reasons.some((reason) => reason.order === 'read-after-write' || reason.kind === 'control')
}

/** Whether a cell that stands so no longer keeps back what comes after it along `edge`. */
export function settled(state: CellState, edge: InputEdge): boolean {
  return state === 'fresh' || (!carries(edge) && (state === 'failed' || state === 'blocked'))
}

/** Kinds that are shown, kept and exported, and have nothing to run here. */
export function runnable(cell: KnownCell): boolean {
  return runnableKind(cell.cell.kind)
}

export function runnableKind(kind: CellKind): boolean {
  return !isText(kind) && !['scala', 'r', 'magic'].includes(kind)
}

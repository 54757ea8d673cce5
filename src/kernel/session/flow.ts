import type { CellState } from '../contract/index.ts'
import type { Edge } from '../graph/index.ts'
import type { KnownCell } from './understanding.ts'

/** An edge along which a value or a table flows: where its source fails, its target is blocked. */
export function carries(edge: Edge): boolean {
  return edge.reasons.some((reason) => reason.order === 'read-after-write' && reason.kind !== 'control')
}

/** An edge along which anything flows, be it only the decision to go on; the others only order. */
export function feeds(edge: Edge): boolean {
  return edge.reasons.some((reason) => reason.order === 'read-after-write' || reason.kind === 'control')
}

/** Whether a cell that stands so no longer keeps back what comes after it along `edge`. */
export function settled(state: CellState, edge: Edge): boolean {
  return state === 'fresh' || (!carries(edge) && (state === 'failed' || state === 'blocked'))
}

/** Kinds that are shown, kept and exported, and have nothing to run here. */
export function runnable(cell: KnownCell): boolean {
  return !['markdown', 'scala', 'r', 'magic'].includes(cell.cell.kind)
}

import type { Graph } from '../graph/index.ts'
import type { Draft, Material } from './drafts.ts'
import type { PlanCell } from './input.ts'

/** For every draft, the drafts that it must follow; `values`: because it takes values over. */
export function orderTasks(
  drafts: readonly Draft[],
  { edges, roles }: Material,
  graph: Graph,
  cells: readonly PlanCell[],
): Map<number, { values: boolean }>[] {
  const after = drafts.map(() => new Map<number, { values: boolean }>())
  const follow = (from: number, to: number, values: boolean) => {
    if (from !== to) after[to]!.set(from, { values: values || (after[to]!.get(from)?.values ?? false) })
  }
  const running = new Map<number, number[]>()
  const owner = new Map<number, number>()
  drafts.forEach((draft, index) => {
    for (const at of draft.units) running.set(at, [...(running.get(at) ?? []), index])
    for (const at of draft.own) owner.set(at, index)
  })
  drafts.forEach((draft, index) => {
    for (const { from } of draft.takes) if (owner.has(from)) follow(owner.get(from)!, index, true)
  })
  for (const { from, to, reasons } of edges) {
    if (roles[from] === 'absent' || roles[to] === 'absent') continue
    if (!reasons.some(({ kind }) => !['value', 'view', 'session', 'param', 'module'].includes(kind))) continue
    for (const a of running.get(from) ?? []) for (const b of running.get(to) ?? []) follow(a, b, false)
  }
  // What concerns a cell as a whole (notes to Dagbook, exits) is only in the graph of the cells.
  const index = new Map(cells.map((cell, at) => [cell.id ?? cell.key, at]))
  const ofCell = new Map(drafts.flatMap((draft, at) => [...draft.cells, ...draft.riders].map((cell) => [cell, at])))
  for (const { from, to, reasons } of graph.edges) {
    const [a, b] = [ofCell.get(index.get(from)!), ofCell.get(index.get(to)!)]
    const whole = reasons.some(({ kind }) => ['control', 'after', 'table', 'path', 'notebook'].includes(kind))
    if (whole && a !== undefined && b !== undefined) follow(a, b, false)
  }
  return after
}

/** Sets of tasks that wait for each other: strongly connected components of more than one (Tarjan). */
export function knots(after: readonly ReadonlyMap<number, unknown>[]): number[][] {
  const found: number[][] = []
  const state = after.map(() => ({ order: -1, low: -1, open: false }))
  const stack: number[] = []
  let count = 0
  const visit = (node: number): void => {
    const own = state[node]!
    own.order = own.low = count++
    own.open = true
    stack.push(node)
    for (const next of after[node]!.keys()) {
      const other = state[next]!
      if (other.order < 0) visit(next)
      if (other.open) own.low = Math.min(own.low, other.low)
    }
    if (own.low !== own.order) return
    const knot = stack.splice(stack.indexOf(node))
    for (const each of knot) state[each]!.open = false
    if (knot.length > 1) found.push(knot.sort((a, b) => a - b))
  }
  after.forEach((_, node) => {
    if (state[node]!.order < 0) visit(node)
  })
  return found
}

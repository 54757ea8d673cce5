import type { Edge, CellId, Reason } from './graph.ts'

/** The edges found so far: one for each pair of cells, with each reason once. Cells are places in the notebook, from 0. */
export class EdgeList {
  readonly #into: Map<number, Map<string, Reason>>[]

  constructor(cells: number) {
    this.#into = Array.from({ length: cells }, () => new Map<number, Map<string, Reason>>())
  }

  add(from: number, to: number, reason: Reason): void {
    if (from >= to) return
    const edges = this.#into[to]!
    let reasons = edges.get(from)
    if (reasons === undefined) edges.set(from, (reasons = new Map<string, Reason>()))
    const key = `${reason.kind} ${reason.resource} ${reason.order}`
    if (!reasons.has(key)) reasons.set(key, reason)
  }

  /** By (to, from) in document order; reasons by kind, resource and order. */
  sorted(ids: readonly CellId[]): Edge[] {
    return this.#into.flatMap((edges, to) =>
      [...edges]
        .sort(([a], [b]) => a - b)
        .map(([from, reasons]): Edge => ({
          from: ids[from]!,
          to: ids[to]!,
          reasons: [...reasons].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, reason]) => reason),
        })),
    )
  }
}

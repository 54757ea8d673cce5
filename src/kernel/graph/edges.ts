import type { Edge, Reason } from './graph.ts'
import type { GraphStep } from './graph-step.ts'

/** The edges into one cell: one for each cell that it must follow, with each reason once. */
export class EdgesInto {
  readonly #to: GraphStep
  readonly #from = new Map<GraphStep, Map<string, Reason>>()

  /** `others`: edges into the same cell, to begin with. */
  constructor(to: GraphStep, others?: EdgesInto) {
    this.#to = to
    if (others === undefined) return
    for (const [from, reasons] of others.#from) this.#from.set(from, new Map(reasons))
  }

  add(from: GraphStep, reason: Reason): void {
    if (from === this.#to) return
    let reasons = this.#from.get(from)
    if (reasons === undefined) this.#from.set(from, (reasons = new Map<string, Reason>()))
    const key = `${reason.kind} ${reason.resource} ${reason.order}`
    if (!reasons.has(key)) reasons.set(key, reason)
  }

  /** In document order; reasons by kind, resource and order. */
  sorted(): Edge[] {
    return [...this.#from]
      .sort(([a], [b]) => a.index - b.index)
      .map(([{ id }, reasons]): Edge => ({
        from: id,
        to: this.#to.id,
        reasons: [...reasons].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, reason]) => reason),
      }))
  }
}

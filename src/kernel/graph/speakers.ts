import type { Definers } from './definers.ts'
import type { GraphStep } from './graph-step.ts'

/** Cells whose edges or remarks speak of other cells, by key or place: these may change while nothing changes in them. */
export class Speakers {
  /** Those that speak of who defines a name, by name. */
  readonly #ofNames = new Map<string, Set<GraphStep>>()
  /** Those whose remarks name other cells. */
  readonly #ofCells = new Set<GraphStep>()
  /** Those that are noted to follow others, whatever becomes of these. */
  readonly #followers = new Set<GraphStep>()

  add(cell: GraphStep): void {
    const { remarks } = cell.bound!
    if (remarks.some(({ others }) => others)) this.#ofCells.add(cell)
    if (cell.input!.analysis.pragma.after.length > 0) this.#followers.add(cell)
    for (const { name } of remarks) {
      if (name === undefined) continue
      const cells = this.#ofNames.get(name)
      if (cells === undefined) this.#ofNames.set(name, new Set([cell]))
      else cells.add(cell)
    }
  }

  /** To be called before a cell is bound anew, or gone. */
  remove(cell: GraphStep): void {
    this.#ofCells.delete(cell)
    this.#followers.delete(cell)
    for (const { name } of cell.bound?.remarks ?? []) {
      const cells = name === undefined ? undefined : this.#ofNames.get(name)
      cells?.delete(cell)
      if (cells?.size === 0) this.#ofNames.delete(name!)
    }
  }

  /** Those who may say something else now. `isRenamed`: keys or places changed. */
  *affected(definers: Definers, isRenamed: boolean): Iterable<GraphStep> {
    yield* this.#followers
    for (const name of definers.takeChanged()) yield* this.#ofNames.get(name) ?? []
    if (!isRenamed) return
    yield* this.#ofCells
    for (const [name, cells] of this.#ofNames) if (definers.has(name)) yield* cells
  }
}

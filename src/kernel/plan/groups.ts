import type { Refusal } from './refusals.ts'
import { Sets } from './sets.ts'

/** Cells on their way to tasks: which are together, and why. */
export class Groups {
  readonly #sets: Sets
  readonly #whys: { cell: number; why: string }[]
  readonly #members: Set<number>
  /** Tasks that the author named and that cannot be as the author wants them. */
  readonly refused: Refusal[]

  constructor(
    sets = new Sets(),
    whys: readonly { cell: number; why: string }[] = [],
    members = new Set<number>(),
    refused: readonly Refusal[] = [],
  ) {
    this.#sets = sets
    this.#whys = [...whys]
    this.#members = new Set(members)
    this.refused = [...refused]
  }

  clone(): Groups {
    return new Groups(this.#sets.clone(), this.#whys, this.#members, this.refused)
  }

  /** Cells that work, in document order, by group; groups in order of their first cell. */
  all(): number[][] {
    const byRoot = new Map<string, number[]>()
    for (const cell of [...this.#members].sort((a, b) => a - b)) {
      const root = this.#sets.find(String(cell))
      byRoot.set(root, [...(byRoot.get(root) ?? []), cell])
    }
    return [...byRoot.values()]
  }

  has(cell: number): boolean {
    return this.#members.has(cell)
  }

  add(cell: number): void {
    this.#members.add(cell)
  }

  together(a: number, b: number): boolean {
    return this.#sets.find(String(a)) === this.#sets.find(String(b))
  }

  /** Puts two cells into one task. Returns whether they were not. */
  fuse(a: number, b: number, why: string): boolean {
    this.add(a)
    this.add(b)
    if (!this.#sets.join(String(a), String(b))) return false
    this.#whys.push({ cell: a, why })
    return true
  }

  /** Why the cells of a group are together, each reason once, in the order in which they came up. */
  whys(cell: number): string[] {
    return [...new Set(this.#whys.filter((entry) => this.together(entry.cell, cell)).map(({ why }) => why))]
  }
}

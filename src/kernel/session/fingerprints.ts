import { Runtime, type Variable } from '@observablehq/runtime'
import type { CellId } from '../graph/index.ts'

/** Gives a cell's version id from those of its inputs. Synchronous, cheap, never throws; it must not run user code. */
export type Definition = (inputs: ReadonlyMap<CellId, string>) => string

/**
 * Propagates version ids along the graph: one variable of the Observable runtime for each cell. The runtime knows nothing of
 * equality, cancellation or concurrency, so a definition settles at once and all running is the executor's.
 */
export class Fingerprints {
  readonly #runtime = new Runtime({}, () => undefined)
  readonly #module = this.#runtime.module()
  readonly #variables = new Map<CellId, Variable>()
  readonly #pending = new Set<CellId>()
  readonly #values = new Map<CellId, string>()
  readonly #changed = new Set<CellId>()
  #waiting: (() => void)[] = []

  /** Sets or replaces a cell's inputs and definition; it and all below it are computed anew. */
  define(cell: CellId, inputs: readonly CellId[], definition: Definition): void {
    const variable = this.#variables.get(cell) ?? this.#create(cell)
    this.#pending.add(cell)
    variable.define(cell, [...inputs], (...values: string[]) =>
      definition(new Map(inputs.map((id, i) => [id, values[i]!]))),
    )
  }

  delete(cell: CellId): void {
    this.#variables.get(cell)?.delete()
    this.#variables.delete(cell)
    this.#values.delete(cell)
    this.#changed.delete(cell)
    this.#settled(cell)
  }

  /** The cell's version id as of the last `settled`. */
  of(cell: CellId): string | undefined {
    return this.#values.get(cell)
  }

  /** The cells whose version id changed since this was last asked. */
  takeChanged(): CellId[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  /** Resolves when every variable has the value that its inputs give. */
  async settled(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  dispose(): void {
    this.#runtime.dispose()
  }

  #create(cell: CellId): Variable {
    const mine = () => this.#variables.get(cell) === variable
    // An observer makes the variable reachable by itself: without one the runtime searches all outputs, which is quadratic.
    const variable: Variable = this.#module.variable({
      pending: () => void (mine() && this.#pending.add(cell)),
      fulfilled: (value) => void (mine() && this.#settle(cell, value)),
      rejected: () => void (mine() && this.#settle(cell, `?${cell}`)),
    })
    this.#variables.set(cell, variable)
    return variable
  }

  #settle(cell: CellId, value: string): void {
    if (this.#values.get(cell) !== value) this.#changed.add(cell)
    this.#values.set(cell, value)
    this.#settled(cell)
  }

  #settled(cell: CellId): void {
    this.#pending.delete(cell)
    if (this.#pending.size > 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

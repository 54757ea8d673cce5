import { resourceName, type CellAnalysis } from '../analysis/index.ts'
import type { GraphStep } from './graph-step.ts'

/** Which cells define which names, wherever they stand. */
export class Definers {
  readonly #cells = new Map<string, Set<GraphStep>>()
  readonly #changed = new Set<string>()

  /** The place of the first cell below `index` that defines a name; -1: there is none. */
  below(index: number, name: string): number {
    const below = [...(this.#cells.get(name) ?? [])].map((cell) => cell.index).filter((place) => place > index)
    return below.length === 0 ? -1 : Math.min(...below)
  }

  has(name: string): boolean {
    return this.#cells.has(name)
  }

  /** The names that other cells define than when this was last asked. */
  takeChanged(): string[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  replace(cell: GraphStep, before: CellAnalysis | undefined, now: CellAnalysis | undefined): void {
    const [old, names] = [definedBy(before), definedBy(now)]
    for (const name of old) {
      if (names.has(name)) continue
      this.#changed.add(name)
      const cells = this.#cells.get(name)
      cells?.delete(cell)
      if (cells?.size === 0) this.#cells.delete(name)
    }
    for (const name of names) {
      if (old.has(name)) continue
      this.#changed.add(name)
      const cells = this.#cells.get(name)
      if (cells === undefined) this.#cells.set(name, new Set([cell]))
      else cells.add(cell)
    }
  }
}

function definedBy(analysis: CellAnalysis | undefined): Set<string> {
  const written = (analysis?.effects ?? []).filter(
    ({ mode, resource }) => mode !== 'read' && resource.startsWith('name:'),
  )
  return new Set(written.map(({ resource }) => resourceName(resource)))
}

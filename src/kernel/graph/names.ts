import { effectKey, type Carried, type Effect, type Span } from '../analysis/index.ts'

/** What a value carries to where it is used, and the cell since which it does. */
export interface Brought {
  readonly effects: readonly Effect[]
  readonly lazy: boolean
  readonly since: number
}

/** One version of a name: what one cell makes of it. */
export interface Version {
  readonly name: string
  readonly cell: number
  readonly where: Span
  /** Versions that may pass through, because this one is only made on some ways through its cell. */
  readonly behind: readonly Version[]
  readonly brings: readonly Brought[]
  /** Somebody reads it, so that its cell needs what passes through. */
  needed: boolean
}

/** The names of the notebook at one place, each with its current version. */
export class Names {
  readonly #current = new Map<string, Version>()
  /** Cells that may bind any name (`exec`, an unknown `import *`), the latest last. */
  #any: Version[] = []
  /** The latest of those that have read all names and may have changed them: nothing above it counts any more. */
  #barrier: Version | null = null

  /** The versions that a name may have here, the latest last. */
  versions(name: string): Version[] {
    if (name === '*') return this.all()
    const current = this.#current.get(name)
    const isHidden = this.#barrier !== null && (current === undefined || current.cell < this.#barrier.cell)
    const own = isHidden ? [this.#barrier!] : current === undefined ? [] : [current]
    const from = own[0]?.cell ?? -1
    return [...own, ...this.#any.filter((version) => version.cell > from)]
  }

  /** What the value of a name brings along, even if it has come through a barrier. */
  brings(name: string): readonly Brought[] {
    return this.#current.get(name)?.brings ?? []
  }

  all(): Version[] {
    const since = this.#barrier?.cell ?? -1
    const later = [...this.#current.values()].filter(({ cell }) => cell > since)
    return [
      ...(this.#barrier === null ? [] : [this.#barrier]),
      ...later,
      ...this.#any.filter(({ cell }) => cell > since),
    ]
  }

  has(name: string): boolean {
    return this.#current.has(name)
  }

  /** Whether any name may be there that no text shows. */
  get open(): boolean {
    return this.#any.length > 0 || this.#barrier !== null
  }

  set(version: Version): void {
    this.#current.set(version.name, version)
  }

  /** Some cell may have bound any name; `barrier`: it has also read them all. */
  setAny(version: Version, barrier: boolean): void {
    if (!barrier) this.#any.push(version)
    else {
      this.#barrier = version
      this.#any = []
    }
  }

  /** Python starts anew: all names are gone. */
  clear(): void {
    this.#current.clear()
    this.#any = []
    this.#barrier = null
  }
}

/** What is brought along now, and what older versions did beyond that. */
export function withOlder(brings: readonly Brought[], older: readonly Brought[]): readonly Brought[] {
  const known = new Set(brings.flatMap(({ effects, lazy }) => effects.map((effect) => `${lazy} ${effectKey(effect)}`)))
  const isNews = ({ effects, lazy }: Brought): boolean =>
    effects.some((effect) => !known.has(`${lazy} ${effectKey(effect)}`))
  return [...brings, ...older.filter(isNews)]
}

export function broughtBy(carried: readonly Carried[], of: string, since: number): Brought[] {
  return carried.filter((each) => each.of === of).map(({ effects, lazy }) => ({ effects, lazy: lazy === true, since }))
}

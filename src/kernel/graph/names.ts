import { effectKey, samePlainData, type Carried, type Effect, type Span } from '../analysis/index.ts'
import { Log, Register, Slots, type View } from '../timeline/index.ts'
import type { GraphStep } from './graph-step.ts'

/** What a value carries to where it is used, and the cell since which it does. */
export interface Brought {
  readonly effects: readonly Effect[]
  readonly lazy: boolean
  readonly since: GraphStep
}

/** One version of a name: what one cell makes of it. */
export interface Version {
  readonly name: string
  readonly cell: GraphStep
  readonly where: Span
  /** Versions that may pass through, because this one is only made on some ways through its cell. */
  readonly behind: readonly Version[]
  readonly brings: readonly Brought[]
  /** How many read it: while somebody does, its cell needs what passes through. */
  needs: number
}

/** Cells that bind names which no text shows. */
interface AnyName {
  /** Those that may bind any name (`exec`, an unknown `import *`), the latest last. */
  readonly any: readonly Version[]
  /** The latest of those that have read all names and may have changed them: nothing above it counts any more. */
  readonly barrier: Version | null
}

const noName: AnyName = { any: [], barrier: null }

/** All versions of all names. */
export class NameVersions {
  readonly current = new Slots<string, Register<Version | null>>((drop) => new Register(sameVersion, drop))
  /** The names that were bound. */
  readonly bound = new Log<string>()
  readonly any = new Register(sameAnyName)
}

/** The names of the notebook at one place, each with its current version. */
export class Names {
  readonly #versions: NameVersions
  readonly #view: View

  constructor(versions: NameVersions, view: View) {
    this.#versions = versions
    this.#view = view
  }

  /** The versions that a name may have here, the latest last. */
  versions(name: string): Version[] {
    if (name === '*') return this.all()
    const current = this.#current(name)
    const { any, barrier } = this.#any()
    const isHidden = barrier !== null && (current === null || current.cell.index < barrier.cell.index)
    const own = isHidden ? [barrier] : current === null ? [] : [current]
    const from = own[0]?.cell.index ?? -1
    return [...own, ...any.filter((version) => version.cell.index > from)]
  }

  /** What the value of a name brings along, even if it has come through a barrier. */
  brings(name: string): readonly Brought[] {
    return this.#current(name)?.brings ?? []
  }

  all(): Version[] {
    const { any, barrier } = this.#any()
    const since = barrier?.cell.index ?? -1
    const current = [...new Set(this.#view.list(this.#versions.bound))].flatMap((name) => this.#current(name) ?? [])
    const later = [...current, ...any].filter(({ cell }) => cell.index > since)
    return [...(barrier === null ? [] : [barrier]), ...later]
  }

  set(version: Version): void {
    this.#view.set(this.#versions.current.of(version.name), version)
    this.#view.add(this.#versions.bound, version.name)
  }

  /** Some cell may have bound any name; `barrier`: it has also read them all. */
  setAny(version: Version, barrier: boolean): void {
    const { any, barrier: before } = this.#any()
    const now = barrier ? { any: [], barrier: version } : { any: [...any, version], barrier: before }
    this.#view.set(this.#versions.any, now)
  }

  /** Python starts anew: all names are gone. */
  clear(): void {
    for (const name of new Set(this.#view.list(this.#versions.bound)))
      this.#view.set(this.#versions.current.of(name), null)
    this.#view.cut(this.#versions.bound)
    this.#view.set(this.#versions.any, noName)
  }

  #current(name: string): Version | null {
    return this.#view.get(this.#versions.current.of(name)) ?? null
  }

  #any(): AnyName {
    return this.#view.get(this.#versions.any) ?? noName
  }
}

/** What is brought along now, and what older versions did beyond that. */
export function withOlder(brings: readonly Brought[], older: readonly Brought[]): readonly Brought[] {
  const known = new Set(brings.flatMap(({ effects, lazy }) => effects.map((effect) => `${lazy} ${effectKey(effect)}`)))
  const isNews = ({ effects, lazy }: Brought): boolean =>
    effects.some((effect) => !known.has(`${lazy} ${effectKey(effect)}`))
  return [...brings, ...older.filter(isNews)]
}

export function broughtBy(carried: readonly Carried[], of: string, since: GraphStep): Brought[] {
  return carried.filter((each) => each.of === of).map(({ effects, lazy }) => ({ effects, lazy: lazy === true, since }))
}

export function sameBrought(a: readonly Brought[], b: readonly Brought[]): boolean {
  return sameAll(a, b, (one, other) => {
    if (one === other) return true
    return one.since === other.since && one.lazy === other.lazy && samePlainData(one.effects, other.effects)
  })
}

function sameVersion(a: Version | null, b: Version | null): boolean {
  if (a === b || a === null || b === null) return a === b
  return (
    a.cell === b.cell &&
    a.name === b.name &&
    samePlainData(a.where, b.where) &&
    sameAll(a.behind, b.behind, Object.is) &&
    sameBrought(a.brings, b.brings)
  )
}

function sameAnyName(a: AnyName, b: AnyName): boolean {
  return sameVersion(a.barrier, b.barrier) && sameAll(a.any, b.any, sameVersion)
}

function sameAll<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((item, at) => same(item, b[at]!))
}

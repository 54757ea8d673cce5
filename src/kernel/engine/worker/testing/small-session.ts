import type { RunOutcome } from '../../protocol.ts'
import type { Bench } from './start.ts'

interface Kept {
  readonly run: string
  readonly key: string
  readonly outcome: RunOutcome
}

/** A version at a place: the run that made it, and which names share its objects. */
interface There {
  readonly run: string
  readonly with: readonly string[]
}

/** Run ids are unique as long as a worker lives, and workers outlive sessions here. */
let count = 0
/** Runs of sessions that are over. */
let over: string[] = []

/**
 * The smallest session that keeps the promise: a cell is run only if no run of it fits its place, and where a value is spoiled a
 * fresh process replays. What cells read is learned from their runs.
 */
export class SmallSession {
  cells: string[]
  /** How often a cell was run, replays included; and how often a fresh process was needed. */
  runs = 0
  restarts = 0
  readonly #bench: Bench
  readonly #records = new Map<string, Kept[]>()
  /** Cells that change values in place: they need everything above, because anything there may share these values. */
  readonly #changers = new Set<string>()
  #live = new Map<string, string>()

  constructor(bench: Bench, cells: string[]) {
    this.#bench = bench
    this.cells = cells
    over = Array.from({ length: count }, (_, at) => `s${at + 1}`)
  }

  /** Brings the cells up to the one at `index` up to date and gives the value of each. */
  async values(index: number): Promise<string[]> {
    for (let round = 0; round < 12; round++) {
      const values = await this.#round(index)
      if (values !== null) return values
    }
    throw new Error('It never settles.')
  }

  /** Forgets the runs of one cell, so that it has to run again. */
  forget(at: number): void {
    const records = this.#records.get(this.#id(at)) ?? []
    this.#records.set(
      this.#id(at),
      records.map((record) => ({ ...record, key: 'never' })),
    )
  }

  #id(at: number): string {
    return `${at} ${this.cells[at]!}`
  }

  async #round(index: number): Promise<string[] | null> {
    const values: string[] = []
    for (let at = 0; at <= index; at++) {
      const record = this.#fitting(at) ?? (await this.#runCell(at))
      if (record === null) return null
      const { text, error } = record.outcome
      values.push(error === null ? text : `${error.name}: ${error.message.split('\n')[0]}`)
    }
    return values
  }

  async #runCell(at: number): Promise<Kept | null> {
    for (const ancestor of this.#ancestors(at)) {
      if (!(await this.#revive(ancestor))) return null
    }
    const outcome = await this.#execute(at)
    if (outcome.state === 'spoiled') return this.#restart()
    const run = `s${count}`
    const learnedNow = new Set(outcome.reads)
    const inPlace = outcome.writes.some(({ name }) => learnedNow.has(name) || this.#reads(at).has(name))
    if (inPlace && !this.#changers.has(this.#id(at))) {
      this.#changers.add(this.#id(at))
      if ([...this.#place(at).values()].some((there) => !this.#live.has(there.run))) return this.#restart()
    }
    this.#live.set(run, run)
    const records = this.#records.get(this.#id(at)) ?? []
    this.#records.set(this.#id(at), records)
    const learned = new Set([...records.flatMap((old) => old.outcome.reads), ...outcome.reads])
    const record = { run, outcome: { ...outcome, reads: [...learned] }, key: 'never' }
    records.push(record)
    const kept = { ...record, key: this.#key(at, record) }
    records[records.length - 1] = kept
    const missing = this.#ancestors(at).filter((above) => !this.#live.has(this.#fitting(above)!.run))
    // It ran without something that it reads: once more, with it.
    if (missing.length > 0) {
      records[records.length - 1] = record
      return this.#runCell(at)
    }
    return kept
  }

  async #revive(at: number): Promise<boolean> {
    const record = this.#fitting(at)
    if (record === undefined) return false
    if (this.#live.has(record.run)) return true
    const outcome = await this.#execute(at)
    if (outcome.state === 'spoiled') return (await this.#restart()) !== null
    if (JSON.stringify(outcome.writes.map(lasting)) === JSON.stringify(record.outcome.writes.map(lasting))) {
      this.#live.set(record.run, `s${count}`)
      return true
    }
    const records = this.#records.get(this.#id(at))!
    records.splice(records.indexOf(record), 1, { ...record, key: 'never' })
    return false
  }

  async #execute(at: number): Promise<RunOutcome> {
    count += 1
    this.runs += 1
    const names: Record<string, string> = {}
    for (const [name, { run }] of this.#place(at)) {
      const live = this.#live.get(run)
      if (live !== undefined) names[name] = live
    }
    const needs = [...this.#reads(at)].filter((name) => name in names)
    const drop = over
    over = []
    return this.#bench.run(this.cells[at]!, { run: `s${count}`, checkout: { names, needs, views: {} }, drop })
  }

  async #restart(): Promise<null> {
    this.restarts += 1
    this.#live = new Map()
    await this.#bench.restart()
    return null
  }

  #reads(at: number): Set<string> {
    return new Set((this.#records.get(this.#id(at)) ?? []).flatMap(({ outcome }) => outcome.reads))
  }

  /** The cells above that the cell reads from, directly or not, in order. */
  #ancestors(at: number): number[] {
    const found = new Set<number>()
    const visit = (cell: number): void => {
      if (this.#changers.has(this.#id(cell))) {
        for (let above = 0; above < cell; above++) if (this.#fitting(above)?.outcome.state === 'ok') found.add(above)
        return
      }
      for (const name of this.#reads(cell)) {
        for (let above = cell - 1; above >= 0; above--) {
          const outcome = this.#fitting(above)?.outcome
          if (outcome === undefined) continue
          if (outcome.deletes.includes(name)) break
          if (!outcome.writes.some((write) => write.name === name)) continue
          if (!found.has(above)) {
            found.add(above)
            visit(above)
          }
          break
        }
      }
    }
    visit(at)
    return [...found].sort((a, b) => a - b)
  }

  #place(at: number): Map<string, There> {
    const names = new Map<string, There>()
    for (let above = 0; above < at; above++) {
      const record = this.#fitting(above, names)
      if (record === undefined) continue
      for (const name of record.outcome.deletes) names.delete(name)
      for (const { name } of record.outcome.writes) {
        const shares = record.outcome.shares?.find((share) => share.name === name)?.with ?? []
        names.set(name, { run: record.run, with: shares })
      }
      for (const [name, there] of names) {
        const changed = record.outcome.shares?.filter((share) => share.with.includes(name)).map((share) => share.name)
        if (changed !== undefined && changed.length > 0)
          names.set(name, { ...there, with: [...new Set([...there.with, ...changed])] })
      }
    }
    return names
  }

  #fitting(at: number, place?: Map<string, There>): Kept | undefined {
    const records = this.#records.get(this.#id(at))
    if (records === undefined) return undefined
    const there = place ?? this.#place(at)
    return records.findLast((record) => record.key === this.#key(at, record, there))
  }

  #key(at: number, record: Omit<Kept, 'key'>, place: ReadonlyMap<string, There> = this.#place(at)): string {
    const reads = [...this.#reads(at)].sort()
    const changed = record.outcome.writes.map(({ name }) => name).filter((name) => reads.includes(name))
    const aliases = changed.map((name) => [
      name,
      (place.get(name)?.with ?? []).filter((other) => place.has(other)).sort(),
    ])
    // By run, not by value: an equal value of another run has other objects, and what read the first may share with those.
    return JSON.stringify([reads.map((name) => [name, place.get(name)?.run ?? null]), aliases])
  }
}

/** What a repeated run must make again: its digest up to what differs from run to run. */
function lasting({ name, digest }: { name: string; digest: string }): [string, string] {
  return [name, digest.split('~')[0]!]
}

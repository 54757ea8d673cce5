import type { Step } from './step.ts'

/** What one step writes to a slot. */
interface Entry {
  readonly step: Step
  value: unknown
}

/**
 * One thing that steps read and write, with all its versions at once: each write is kept beside its step, in the order of the
 * list. `V`: what a step sees of the writes above it.
 */
export abstract class Slot<V = unknown> {
  protected readonly entries: Entry[] = []
  /** The steps that have read it, in the order of the list. */
  readonly #readers: Step[] = []
  readonly #drop: () => void

  /** `drop` is called when no step reads or writes it any more. */
  constructor(drop: () => void = () => undefined) {
    this.#drop = drop
  }

  /** What a step at `index` sees. */
  abstract above(index: number): V

  /** The last place at which another write at `index` can make a difference. */
  abstract reach(index: number): number

  abstract sameWrite(a: unknown, b: unknown): boolean
  abstract sameView(a: V, b: V): boolean

  /** Puts what a step writes in the place of what it wrote before. Returns whether that makes a difference. */
  write(step: Step, value: unknown): boolean {
    const at = this.count(step.index)
    const entry = this.entries[at]
    if (entry?.step !== step) this.entries.splice(at, 0, { step, value })
    else if (this.sameWrite(entry.value, value)) return false
    else entry.value = value
    return true
  }

  /** What a step has written; undefined: nothing. */
  written(step: Step): unknown {
    const entry = this.entries[this.count(step.index)]
    return entry?.step === step ? entry.value : undefined
  }

  erase(step: Step): void {
    const at = this.count(step.index)
    if (this.entries[at]?.step === step) this.entries.splice(at, 1)
    this.#sweep()
  }

  addReader(step: Step): void {
    const at = firstFrom(this.#readers, step.index)
    if (this.#readers[at] !== step) this.#readers.splice(at, 0, step)
  }

  removeReader(step: Step): void {
    const at = firstFrom(this.#readers, step.index)
    if (this.#readers[at] === step) this.#readers.splice(at, 1)
    this.#sweep()
  }

  /** The readers for which another write at `index` can make a difference. */
  *readersBelow(index: number): Iterable<Step> {
    const last = this.reach(index)
    for (let at = firstFrom(this.#readers, index + 1); at < this.#readers.length; at++) {
      const reader = this.#readers[at]!
      if (reader.index > last) return
      yield reader
    }
  }

  /** How many entries lie above a place. */
  protected count(index: number): number {
    let low = 0
    let high = this.entries.length
    if (high > 0 && this.entries[high - 1]!.step.index < index) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.entries[middle]!.step.index < index) low = middle + 1
      else high = middle
    }
    return low
  }

  #sweep(): void {
    if (this.entries.length === 0 && this.#readers.length === 0) this.#drop()
  }
}

function firstFrom(steps: readonly Step[], index: number): number {
  let low = 0
  let high = steps.length
  if (high > 0 && steps[high - 1]!.index < index) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[middle]!.index < index) low = middle + 1
    else high = middle
  }
  return low
}

/** A slot of which a step sees the last write above it. */
export class Register<T> extends Slot<T | undefined> {
  readonly #same: (a: T, b: T) => boolean

  constructor(same: (a: T, b: T) => boolean = Object.is, drop?: () => void) {
    super(drop)
    this.#same = same
  }

  override above(index: number): T | undefined {
    return this.entries[this.count(index) - 1]?.value as T | undefined
  }

  override reach(index: number): number {
    return this.entries[this.count(index + 1)]?.step.index ?? Infinity
  }

  override sameWrite(a: unknown, b: unknown): boolean {
    return a === b || this.#same(a as T, b as T)
  }

  override sameView(a: T | undefined, b: T | undefined): boolean {
    return a === b || (a !== undefined && b !== undefined && this.#same(a, b))
  }
}

/** What a step adds to a log. `cuts`: what steps above have added is not seen below it. */
export interface Addition<T> {
  readonly items: readonly T[]
  readonly cuts: boolean
}

/** A slot of which a step sees all that was added above it, since the last cut. */
export class Log<T> extends Slot<readonly T[]> {
  readonly #same: (a: T, b: T) => boolean

  constructor(same: (a: T, b: T) => boolean = Object.is, drop?: () => void) {
    super(drop)
    this.#same = same
  }

  override above(index: number): readonly T[] {
    const end = this.count(index)
    let start = end
    while (start > 0 && !this.#at(start - 1).cuts) start--
    if (start > 0) start--
    const items: T[] = []
    for (let at = start; at < end; at++) items.push(...this.#at(at).items)
    return items
  }

  override reach(index: number): number {
    for (let at = this.count(index + 1); at < this.entries.length; at++) {
      if (this.#at(at).cuts) return this.entries[at]!.step.index
    }
    return Infinity
  }

  override sameWrite(a: unknown, b: unknown): boolean {
    const [before, now] = [a as Addition<T>, b as Addition<T>]
    return before.cuts === now.cuts && this.sameView(before.items, now.items)
  }

  override sameView(a: readonly T[], b: readonly T[]): boolean {
    if (a === b) return true
    return a.length === b.length && a.every((item, at) => item === b[at] || this.#same(item, b[at]!))
  }

  #at(entry: number): Addition<T> {
    return this.entries[entry]!.value as Addition<T>
  }
}

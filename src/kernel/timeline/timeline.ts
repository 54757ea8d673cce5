import { staying } from './arrange.ts'
import { StepQueue } from './queue.ts'
import type { Addition, Log, Register, Slot } from './slot.ts'
import { Step } from './step.ts'

/**
 * A fold over a list whose result follows edits of the list. Each step looks at one item: it reads what the steps above have
 * written and writes for those below, all of it through slots. What a step has read is remembered with what was seen, so that
 * after an edit only those steps are looked at again that would see something else. The outcome is the same as if all had been
 * looked at, from the top.
 *
 * Whoever looks at an item must be a function of that item and of what it reads here.
 */
export class Timeline<S extends Step> {
  #steps: S[] = []
  readonly #queue = new StepQueue<S>()
  /** Holds what comes from outside the list, above all of it. */
  readonly #ground = new Step('')
  readonly #make: (id: string) => S

  constructor(make: (id: string) => S) {
    this.#make = make
  }

  get steps(): readonly S[] {
    return this.#steps
  }

  /** Whether the list is one of these ids already. */
  isArranged(items: readonly { readonly id: string }[]): boolean {
    const steps = this.#steps
    if (items.length !== steps.length) return false
    for (let index = 0; index < steps.length; index++) if (steps[index]!.id !== items[index]!.id) return false
    return true
  }

  /**
   * Makes the list one of these ids, all different. A step that is new, or stands elsewhere, is due; those that are gone are
   * returned, and nobody sees their writes any more.
   */
  arrange(ids: readonly string[]): S[] {
    const before = this.#steps
    const { from, end } = changedRange(before, ids)
    const stay = staying(
      before.slice(from, end.before).map(({ id }) => id),
      ids.slice(from, end.after),
    )
    const gone = before.slice(from, end.before).filter(({ id }) => !stay.has(id))
    for (const step of gone) this.#retract(step)
    const kept = before
      .slice(from, end.before)
      .filter(({ id }) => stay.has(id))
      .values()
    const fresh: S[] = []
    const middle = ids.slice(from, end.after).map((id) => {
      if (stay.has(id)) return kept.next().value!
      const step = this.#make(id)
      fresh.push(step)
      return step
    })
    this.#steps = [...before.slice(0, from), ...middle, ...before.slice(end.before)]
    this.#steps.forEach((step, index) => (step.index = index))
    for (const step of fresh) this.touch(step)
    return gone
  }

  /** Makes a step due: its item is another. */
  touch(step: S): void {
    step.due = true
    this.#queue.add(step)
  }

  /** Sets what all steps see of a slot that none of them writes. */
  provide<T>(slot: Register<T>, value: T): void {
    if (slot.write(this.#ground, value)) this.#suspect(slot, -1)
  }

  /**
   * Looks at each step that is due, or sees something else than before, from the top. `look` reads and writes through the view and
   * returns nothing. Returns the steps that were looked at.
   */
  settle(look: (step: S, view: View) => void): S[] {
    const looked: S[] = []
    this.#queue.order()
    for (let step = this.#queue.take(); step !== undefined; step = this.#queue.take()) {
      const same = !step.due && [...step.suspects].every((slot) => seesSame(slot, step))
      step.suspects.clear()
      if (same) continue
      step.due = false
      const view = new View(step)
      look(step, view)
      this.#commit(step, view)
      looked.push(step)
    }
    return looked
  }

  #commit(step: S, { reads, writes }: View): void {
    const { reads: oldReads, writes: oldWrites } = step
    step.reads = reads
    step.writes = writes
    // A slot that nobody reads or writes is dropped, so what is new comes first.
    for (const slot of reads.keys()) if (!oldReads.has(slot)) slot.addReader(step)
    for (const [slot, value] of writes) {
      if (slot.write(step, value)) this.#suspect(slot, step.index)
      else writes.set(slot, slot.written(step))
    }
    for (const slot of oldReads.keys()) if (!reads.has(slot)) slot.removeReader(step)
    for (const slot of oldWrites.keys()) {
      if (writes.has(slot)) continue
      this.#suspect(slot, step.index)
      slot.erase(step)
    }
  }

  #suspect(slot: Slot, index: number): void {
    for (const reader of slot.readersBelow(index)) {
      reader.suspects.add(slot)
      this.#queue.add(reader as S)
    }
  }

  #retract(step: S): void {
    for (const slot of step.writes.keys()) {
      this.#suspect(slot, step.index)
      slot.erase(step)
    }
    for (const slot of step.reads.keys()) slot.removeReader(step)
    step.suspects.clear()
    this.#queue.remove(step)
  }
}

/** What a step sees while its item is looked at, and what it writes. */
export class View {
  readonly step: Step
  readonly reads = new Map<Slot, unknown>()
  readonly writes = new Map<Slot, unknown>()

  constructor(step: Step) {
    this.step = step
  }

  /** What the steps above have left in a slot. */
  above<V>(slot: Slot<V>): V {
    if (this.reads.has(slot)) return this.reads.get(slot) as V
    const value = slot.above(this.step.index)
    this.reads.set(slot, value)
    return value
  }

  /** What this step has set, else what it sees. */
  get<T>(slot: Register<T>): T | undefined {
    return this.writes.has(slot) ? (this.writes.get(slot) as T) : this.above(slot)
  }

  set<T>(slot: Register<T>, value: T): void {
    this.writes.set(slot, value)
  }

  /** What is in a log, with what this step has added. */
  list<T>(log: Log<T>): readonly T[] {
    const own = this.own(log)
    if (own === undefined) return this.above(log)
    return own.cuts ? own.items : [...this.above(log), ...own.items]
  }

  /** What this step has added to a log. */
  own<T>(log: Log<T>): Addition<T> | undefined {
    return this.writes.get(log) as Addition<T> | undefined
  }

  add<T>(log: Log<T>, ...items: readonly T[]): void {
    const own = this.own(log)
    this.writes.set(log, { items: [...(own?.items ?? []), ...items], cuts: own?.cuts ?? false })
  }

  /** From here on nothing that was added before is seen. */
  cut<T>(log: Log<T>): void {
    this.writes.set(log, { items: [], cuts: true })
  }
}

function seesSame(slot: Slot, step: Step): boolean {
  return slot.sameView(step.reads.get(slot), slot.above(step.index))
}

/** Where two lists differ: from `from` to the ends given. */
function changedRange(before: readonly Step[], after: readonly string[]) {
  let from = 0
  while (from < before.length && from < after.length && before[from]!.id === after[from]) from++
  const end = { before: before.length, after: after.length }
  while (end.before > from && end.after > from && before[end.before - 1]!.id === after[end.after - 1]) {
    end.before--
    end.after--
  }
  return { from, end }
}

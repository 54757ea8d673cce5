import type { Slot } from './slot.ts'

/** One place of a timeline's list: what was read and written there when it was last looked at. */
export class Step {
  readonly id: string
  /** Its place in the list, from 0; -1: not in it. */
  index = -1
  /** It has to be looked at again, whatever it reads. */
  due = true
  /** It waits to be looked at. */
  queued = false
  /** Slots with what was seen of each. */
  reads = new Map<Slot, unknown>()
  /** Slots that hold what it wrote. */
  writes = new Map<Slot, unknown>()
  /** Slots that it has read and that may show something else now. */
  readonly suspects = new Set<Slot>()

  constructor(id: string) {
    this.id = id
  }
}

import type { Step } from './step.ts'

/** Steps that wait, each once; the one highest up in the list comes first. */
export class StepQueue<S extends Step> {
  /** A heap. Out of order while the list itself changes. */
  #heap: S[] = []

  add(step: S): void {
    if (step.queued) return
    step.queued = true
    this.#heap.push(step)
    this.#rise(this.#heap.length - 1)
  }

  remove(step: S): void {
    if (!step.queued) return
    step.queued = false
    this.#heap = this.#heap.filter((other) => other !== step)
  }

  /** To be called when places in the list have changed. */
  order(): void {
    this.#heap.sort((a, b) => a.index - b.index)
  }

  take(): S | undefined {
    const first = this.#heap[0]
    if (first === undefined) return undefined
    const last = this.#heap.pop()!
    if (last !== first) {
      this.#heap[0] = last
      this.#sink()
    }
    first.queued = false
    return first
  }

  #rise(at: number): void {
    const heap = this.#heap
    for (let child = at; child > 0;) {
      const parent = (child - 1) >>> 1
      if (heap[parent]!.index <= heap[child]!.index) return
      ;[heap[parent], heap[child]] = [heap[child]!, heap[parent]!]
      child = parent
    }
  }

  #sink(): void {
    const heap = this.#heap
    for (let parent = 0; ;) {
      const left = 2 * parent + 1
      const right = left + 1
      let least = parent
      if (left < heap.length && heap[left]!.index < heap[least]!.index) least = left
      if (right < heap.length && heap[right]!.index < heap[least]!.index) least = right
      if (least === parent) return
      ;[heap[parent], heap[least]] = [heap[least]!, heap[parent]!]
      parent = least
    }
  }
}

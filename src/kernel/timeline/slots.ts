/** Slots by what they are of; those that nobody reads or writes are forgotten. */
export class Slots<K, S> {
  readonly #slots = new Map<K, S>()
  readonly #make: (drop: () => void) => S

  constructor(make: (drop: () => void) => S) {
    this.#make = make
  }

  of(key: K): S {
    let slot = this.#slots.get(key)
    if (slot === undefined) {
      slot = this.#make(() => this.#slots.delete(key))
      this.#slots.set(key, slot)
    }
    return slot
  }
}

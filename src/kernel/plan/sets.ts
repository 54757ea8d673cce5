/** Disjoint sets of texts. An element that nobody joined is a set of its own. */
export class Sets {
  readonly #parent: Map<string, string>

  constructor(parent = new Map<string, string>()) {
    this.#parent = parent
  }

  clone(): Sets {
    return new Sets(new Map(this.#parent))
  }

  /** The element that stands for the set. Which one it is depends on the order of joins alone. */
  find(element: string): string {
    let root = element
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up
    let each = element
    while (each !== root) {
      const next = this.#parent.get(each)!
      this.#parent.set(each, root)
      each = next
    }
    return root
  }

  /** Makes one set of two. Returns whether they were two. */
  join(a: string, b: string): boolean {
    const [from, to] = [this.find(a), this.find(b)]
    if (from === to) return false
    this.#parent.set(from, to)
    return true
  }
}

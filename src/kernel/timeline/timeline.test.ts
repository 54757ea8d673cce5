import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Log, Register, Slots, Step, Timeline } from './index.ts'

/** An item adds a number to what it finds in a register, modulo 3, and notes it in a log, or cuts that. */
interface Item {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly plus: number
  readonly cuts: boolean
}

class ItemStep extends Step {
  item: Item | null = null
  seen = ''
}

/** A sum over items that follows their edits. */
class Sums {
  readonly #timeline = new Timeline((id) => new ItemStep(id))
  readonly #registers = new Slots<string, Register<number>>((drop) => new Register<number>(Object.is, drop))
  readonly #log = new Log<number>()

  /** What each item saw; the ids of those that were looked at. */
  update(items: readonly Item[]): { readonly seen: readonly string[]; readonly looked: readonly string[] } {
    if (!this.#timeline.isArranged(items)) this.#timeline.arrange(items.map(({ id }) => id))
    this.#timeline.steps.forEach((step, index) => {
      const item = items[index]!
      if (step.item === item) return
      step.item = item
      this.#timeline.touch(step)
    })
    const looked = this.#timeline.settle((step, view) => {
      const { from, to, plus, cuts } = step.item!
      const found = view.get(this.#registers.of(from)) ?? 0
      const sum = (found + plus) % 3
      step.seen = cuts ? `${found} ${view.list(this.#log).join('')}` : `${found}`
      view.set(this.#registers.of(to), sum)
      if (cuts) view.cut(this.#log)
      view.add(this.#log, sum)
    })
    return { seen: this.#timeline.steps.map(({ seen }) => seen), looked: looked.map(({ id }) => id) }
  }
}

const name = fc.constantFrom('a', 'b', 'c')
const item = fc.record({ from: name, to: name, plus: fc.nat({ max: 2 }), cuts: fc.boolean() })

test('after any rearrangement each item sees what it would see in a new fold', () => {
  const pool = fc.array(item, { minLength: 1, maxLength: 8 })
  const lists = fc.array(fc.uniqueArray(fc.nat({ max: 7 })), { minLength: 2, maxLength: 8 })
  fc.assert(
    fc.property(pool, lists, pool, (first, orders, second) => {
      const sums = new Sums()
      for (const [round, order] of orders.entries()) {
        // Items are others in every second round, under the same ids.
        const source = round % 4 < 2 ? first : second
        const items = order.flatMap((at) => (source[at] === undefined ? [] : [{ ...source[at], id: `i${at}` }]))
        expect(sums.update(items).seen).toEqual(new Sums().update(items).seen)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a step that leaves the same as before ends it', () => {
  const sums = new Sums()
  const plain = { cuts: false }
  const items: Item[] = [
    { id: '0', from: '-', to: 'a', plus: 1, ...plain },
    { id: '1', from: 'a', to: 'b', plus: 0, ...plain },
    { id: '2', from: 'x', to: 'b', plus: 2, ...plain },
    { id: '3', from: 'b', to: 'c', plus: 0, ...plain },
  ]
  expect(sums.update(items).looked).toEqual(['0', '1', '2', '3'])
  expect(sums.update(items).looked).toEqual([])
  // What 3 reads is written by 2, which does not read what changed.
  expect(sums.update(items.with(0, { ...items[0]!, plus: 2 })).looked).toEqual(['0', '1'])
  expect(sums.update(items.with(0, { ...items[0]!, plus: 5 })).looked).toEqual(['0'])
  const moved = [items[1]!, items[0]!, items[2]!, items[3]!].map((each) => ({ ...each }))
  expect(sums.update(moved).seen).toEqual(['0', '0', '0', '2'])
})

test('of a list that is rearranged as few as can be are looked at', () => {
  const sums = new Sums()
  const items = Array.from({ length: 6 }, (_, at): Item => ({
    id: `${at}`,
    from: `${at}`,
    to: '-',
    plus: 0,
    cuts: false,
  }))
  sums.update(items)
  const [first, ...others] = items
  expect(sums.update([...others, first!]).looked).toEqual(['0'])
  expect(sums.update(others).looked).toEqual([])
})

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SmallSession } from './testing/small-session.ts'
import { Bench, Oracle } from './testing/start.ts'

let bench: Bench
let oracle: Oracle
beforeAll(async () => {
  bench = await Bench.start()
  oracle = new Oracle()
})
afterAll(async () => {
  await bench.stop()
  oracle.stop()
})

/** Something of each kind, so that most of what the cells below do succeeds. */
const FIRST = `import reprlib
a = [1]
b = [[2], [3]]
c = 4
class K:
  n = a
  def __init__(self): self.own = []
  @reprlib.recursive_repr()
  def __repr__(self): return f"K({self.n}, {self.own})"
k = K()
it = iter([1, 2, 3, 4, 5, 6])
def f(q=a, acc=[]):
  acc.append(len(acc))
  if isinstance(q, list): q.append(acc[-1])
  return acc
def g():
  global c
  c = c + 1 if isinstance(c, int) else 0
def h(): return a
add = a.append`

const name = fc.constantFrom('a', 'b', 'c', 'd')
const digit = fc.integer({ min: 0, max: 3 })

const statement = fc.tuple(name, name, digit, fc.nat()).map(([x, y, n, choice]) => {
  const all = [
    `${x} = ${y}`,
    `${x} = [${y}]`,
    `${x} = [${n}]`,
    `${x} = ${n}`,
    `${x} = list(${y}) if isinstance(${y}, list) else [0]`,
    `if isinstance(${x}, list): ${x}.append(${n})`,
    `if isinstance(${x}, list): ${x}.append(${n})`,
    `if isinstance(${x}, list) and len(${x}) < 5: ${x}.append(${y})`,
    `if isinstance(${x}, list) and ${x} and isinstance(${x}[0], list): ${x}[0].append(${n})`,
    `if isinstance(${x}, list) and ${x}: ${y} = ${x}[0]`,
    `${x} += [${n}] if isinstance(${x}, list) else ${n}`,
    `${x} = f()`,
    `f(${y})`,
    `g()`,
    `${x} = h()`,
    `add(${n})`,
    `k = K()`,
    `k.own.append(${n})`,
    `k.own = ${x}`,
    `K.n = ${x}`,
    `${x} = K.n`,
    `${x} = k`,
    `class K:\n  n = ${x}\n  own = [${n}]\n  @reprlib.recursive_repr()\n  def __repr__(self): return f"K${n}({self.n}, {self.own})"`,
    `def h(): return ${x}`,
    `def f(q=${y}, acc=[${n}]):\n  acc.append(len(acc))\n  return acc`,
    `add = ${x}.append if isinstance(${x}, list) else print`,
    `${x} = next(it, 0)`,
    `it = iter([${n}, 7, 8])`,
    `${x} = {"k": ${y}}`,
    `if isinstance(${x}, dict): ${x}["k"] = ${n}`,
    `fs = [h, f]`,
    `try:\n  ${x} = fs[0]()\nexcept NameError:\n  ${x} = "none"`,
    `del ${x}`,
    `if isinstance(${x}, list) and len(${x}) > 3: 1 / 0`,
    `try:\n  ${x} = ${y}[0]\nexcept Exception as d:\n  pass`,
    `for ${x} in range(${n}): pass`,
  ]
  return all[choice % all.length]!
})

const shown = fc.constantFrom('(a, b)', 'a', 'b', 'c', 'k', '(K.n, k)', 'h()', '(a, c)', 'len(str((a, b, c, k)))')
const cell = fc
  .tuple(fc.array(statement, { minLength: 1, maxLength: 3 }), shown)
  .map(([statements, last]) => [...statements, last].join('\n'))

const step = fc.oneof(
  fc.record({ edit: fc.nat(), text: cell }),
  fc.record({ forget: fc.nat() }),
  fc.record({ upTo: fc.nat() }),
)

const runs = Number(process.env['DAGBOOK_PROPERTY_RUNS'] ?? 60)

test(
  'after any edits and runs, every cell that is not spoiled has the value of a fresh run',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 2, maxLength: 5 }),
        fc.array(step, { maxLength: 6 }),
        async (cells, steps) => {
          const session = new SmallSession(bench, [FIRST, ...cells])
          const size = session.cells.length
          const agree = async (last: number): Promise<void> => {
            const values = await session.values(last)
            const expected = await oracle.values(session.cells.slice(0, last + 1))
            expect(values.map(withoutAddresses)).toEqual(expected.map(withoutAddresses))
          }
          await agree(size - 1)
          for (const doing of steps) {
            if ('edit' in doing) session.cells[1 + (doing.edit % (size - 1))] = doing.text
            if ('forget' in doing) session.forget(doing.forget % size)
            await agree('upTo' in doing ? doing.upTo % size : size - 1)
          }
        },
      ),
      {
        numRuns: runs,
      },
    )
  },
  60_000 + runs * 2_000,
)

function withoutAddresses(text: string): string {
  return text.replace(/0x[0-9a-f]+/g, '0x')
}

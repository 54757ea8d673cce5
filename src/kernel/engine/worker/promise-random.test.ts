import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { richCell as cell, richFirstCell as FIRST } from '../../../../test/support/random-cells.ts'
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

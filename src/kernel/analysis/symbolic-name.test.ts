import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maySameTable } from './symbolic-name.ts'

test.each([
  ['${c}.${s}.orders', '${c}.${s}.orders', true],
  ['${c}.${s}.orders', '${c}.${s}.days', false],
  ['${c}.${s}.orders', '${d}.${t}.orders', true],
  ['${c}.${s}.orders', 'main.sales.orders', true],
  ['${c}.${s}.orders', 'main.sales.days', false],
  ['${c}.${s}_stage.orders', '${c}.${s}.orders', false],
  ['${c}.${s}_stage.orders', '${c}.${t}.orders', true],
  ['main.${s}.orders', 'dev.${t}.orders', false],
  ['${}.${s}.orders', '${}.${s}.orders', true],
  ['${}.${s}.orders', 'main.sales.orders', true],
  ['main.sales.orders${d}', 'main.sales.orders', true],
  ['main.sales.orders_${d}', 'main.sales.orders', false],
  ['main.sales.orders_${d}', 'main.sales.orders_${e}', true],
  ['main.sales.orders', 'main.sales.orders', true],
  ['main.sales.orders', 'main.sales.orders2', false],
  ['${a}', '', true],
])('%s and %s: %s', (one, other, expected) => {
  expect(maySameTable(one, other)).toBe(expected)
  expect(maySameTable(other, one)).toBe(expected)
})

test('names that are the same for some values are never told apart', () => {
  const unit = fc.constantFrom('a', 'b', '.', '${p}', '${q}', '${}')
  const name = fc.array(unit, { maxLength: 6 })
  const value = fc.stringMatching(/^[ab.]{0,3}$/)
  fc.assert(
    fc.property(
      name,
      name,
      fc.record({ p: value, q: value }),
      fc.array(value, { minLength: 12, maxLength: 12 }),
      (one, other, values, free) => {
        const next = [...free]
        const filled = (units: readonly string[]): string =>
          units
            .map((each) =>
              each === '${}' ? next.pop()! : each === '${p}' ? values.p : each === '${q}' ? values.q : each,
            )
            .join('')
        if (filled(one) === filled(other)) expect(maySameTable(one.join(''), other.join(''))).toBe(true)
      },
    ),
    { numRuns: 20_000 },
  )
})

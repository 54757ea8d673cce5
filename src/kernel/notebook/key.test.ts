import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellKeys } from './index.ts'

const keys = (...titles: (string | null)[]) => cellKeys(titles.map((title) => ({ title, defines: null })))

test.each([
  ['Clean orders', 'clean_orders'],
  ['Überflüge  (größte)!', 'uberfluge_grosste'],
  ['İstanbul Łódź', 'istanbul_lodz'],
  ['_a__b_', 'a_b'],
  ['２０２４', '2024'],
  ['x'.repeat(130), 'x'.repeat(100)],
  ['🙂 → 中文', 'cell_1'],
  ['', 'cell_1'],
  [null, 'cell_1'],
])('the title %j makes the key %s', (title, key) => {
  expect(keys(title)).toEqual([key])
})

test('without a title the first name or table that a cell defines is its key', () => {
  const cells = [
    { title: null, defines: 'df_clean' },
    { title: '!', defines: 'main.sales.Orders' },
    { title: 'T', defines: 'x' },
  ]
  expect(cellKeys(cells)).toEqual(['df_clean', 'orders', 't'])
})

test('equal titles are numbered in document order, around the keys of others', () => {
  expect(keys('a', 'a', 'a_2', 'a')).toEqual(['a', 'a_3', 'a_2', 'a_4'])
  expect(keys('cell 2', null, null)).toEqual(['cell_2', 'cell_2_2', 'cell_3'])
})

test('keys are unique, well formed, and a cell whose key nobody else wants has it', () => {
  const title = fc.oneof(
    fc.constantFrom('a', 'a 2', 'a_2_2', 'cell 1', 'cell 3', 'b'.repeat(120), null),
    fc.string({ unit: 'grapheme' }),
  )
  fc.assert(
    fc.property(fc.array(title, { maxLength: 12 }), (titles) => {
      const all = keys(...titles)
      expect(new Set(all).size).toBe(titles.length)
      for (const key of all) expect(key).toMatch(/^[a-z0-9_]{1,100}$/)
      titles.forEach((each, index) => {
        const alone = keys(each)[0]!
        const rivals = titles.filter((other) => keys(other)[0] === alone)
        if (rivals.length === 1 && !alone.startsWith('cell_')) expect(all[index]).toBe(alone)
      })
    }),
  )
})

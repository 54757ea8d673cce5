import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell } from '../notebook/index.ts'
import { sameCells } from './same-cells.ts'

const cell = (source: string, title: string | null = null): Cell => ({ kind: 'python', title, source }) as Cell
const cells = (text: string): Cell[] => [...text].map((source) => cell(source))

test('cells that are in both keep their places in order', () => {
  expect(sameCells(cells('abc'), cells('abc'))).toEqual([0, 1, 2])
  expect(sameCells(cells('abc'), cells('ac'))).toEqual([0, 2])
  expect(sameCells(cells('ac'), cells('abc'))).toEqual([0, null, 1])
})

test('a cell between two that stay is the same cell with another text', () => {
  expect(sameCells(cells('abc'), cells('aXc'))).toEqual([0, 1, 2])
})

test('a cell with a title is found again by it', () => {
  const before = [cell('a'), cell('load', 'Load'), cell('b')]
  const after = [cell('a'), cell('new'), cell('load anew', 'Load'), cell('b')]
  expect(sameCells(before, after)).toEqual([0, null, 1, 2])
})

test('no cell is matched twice, and equal cells are never matched out of order', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abcd'), maxLength: 12 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const found = sameCells(cells(before), cells(after)).filter((index) => index !== null)
      expect(new Set(found).size).toBe(found.length)
      expect([...found].sort((a, b) => a - b)).toEqual(found)
    }),
  )
})

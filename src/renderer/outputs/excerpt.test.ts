import { expect, test } from 'vitest'
import { excerptOf, type Excerpt } from './excerpt.ts'

const plain = (lines: Excerpt['head']) => lines.map((line) => line.map(({ text }) => text).join(''))
const numbered = (count: number, line = (at: number) => `line ${at + 1}`) =>
  Array.from({ length: count }, (_, at) => `${line(at)}\n`).join('')

test('text that is short enough is shown whole', () => {
  expect(excerptOf(numbered(200))).toBeNull()
  expect(excerptOf('')).toBeNull()
})

test('of many lines the first and the last are shown, and how many are not', () => {
  const { head, tail, leftOut, showAll } = excerptOf(numbered(30_000))!
  expect(plain(head)).toEqual(Array.from({ length: 20 }, (_, at) => `line ${at + 1}`))
  expect(plain(tail).at(0)).toBe('line 29821')
  expect(plain(tail).at(-1)).toBe('line 30000')
  expect(leftOut).toBe('29,800 lines are left out here.')
  expect(showAll).toBe('Show all 30,000 lines')
})

test('of one long line its two ends are shown, and how many characters are not', () => {
  const { head, tail, leftOut, showAll } = excerptOf(`<${'x'.repeat(200_000)}>`)!
  expect(plain(head)[0]).toMatch(/^<x{1999}$/)
  expect(plain(tail)[0]).toMatch(/^x{1999}>$/)
  expect(leftOut).toBe('196,002 characters are left out here.')
  expect(showAll).toBe('Show all 200,002 characters')
})

test('long lines in a row count what is really shown', () => {
  const { head, tail, leftOut } = excerptOf(numbered(300, (at) => `${at} ${'y'.repeat(700)}`))!
  expect(plain(head)).toHaveLength(20)
  expect(leftOut).toBe(`${300 - 20 - tail.length} lines are left out here.`)
  expect(plain(tail).at(-1)).toMatch(/^299 /)
})

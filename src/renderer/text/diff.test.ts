import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines, foldSame } from './diff.ts'

/** `' a -b +c'` for a comparison. */
const shown = (before: string, after: string) =>
  diffLines(before, after)
    .map(({ kind, text }) => ({ same: ' ', removed: '-', added: '+' })[kind] + text)
    .join('|')

test('a changed line is a removed and an added one', () => {
  expect(shown('a\nb\nc\n', 'a\nx\nc\n')).toBe(' a|-b|+x| c')
})

test('a new file is all added, an emptied one all removed, equal ones all the same', () => {
  expect(shown('', 'a\nb\n')).toBe('+a|+b')
  expect(shown('a\n', '')).toBe('-a')
  expect(shown('a\nb', 'a\nb')).toBe(' a| b')
})

test('lines keep the number that they have on their side', () => {
  expect(diffLines('a\nb\n', 'x\na\nb\n').map(({ before, after }) => [before, after])).toEqual([
    [null, 1],
    [1, 2],
    [2, 3],
  ])
})

const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 })

test('without the added lines it is the text before, without the removed ones the text after', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.map((line) => `${line}\n`).join(''), after.map((line) => `${line}\n`).join(''))
      expect(lines.filter(({ kind }) => kind !== 'added').map((line) => line.text)).toEqual(before)
      expect(lines.filter(({ kind }) => kind !== 'removed').map((line) => line.text)).toEqual(after)
    }),
  )
})

test('it is as short as can be: as many equal lines as the longest common part has', () => {
  const common = (a: string[], b: string[]): number => {
    const best = Array.from({ length: a.length + 1 }, () => Array<number>(b.length + 1).fill(0))
    for (let i = 1; i <= a.length; i++) {
      for (let j = 1; j <= b.length; j++) {
        best[i]![j] = a[i - 1] === b[j - 1] ? best[i - 1]![j - 1]! + 1 : Math.max(best[i - 1]![j]!, best[i]![j - 1]!)
      }
    }
    return best[a.length]![b.length]!
  }
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.map((line) => `${line}\n`).join(''), after.map((line) => `${line}\n`).join(''))
      expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(common(before, after))
    }),
  )
})

test('equal lines far from a difference are left out, and none is lost', () => {
  const before = Array.from({ length: 40 }, (_, at) => `${at}\n`)
  const parts = foldSame(diffLines(before.join(''), before.with(20, 'new\n').join('')))
  expect(parts.map((part) => ('hidden' in part ? part.hidden : -part.lines.length))).toEqual([17, -8, 16])
  expect(parts.flatMap((part) => part.lines)).toHaveLength(41)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeTexts } from './merge.ts'

const merged = (origin: string, mine: string, theirs: string) => mergeTexts(origin, mine, theirs).text

describe('two texts from one origin', () => {
  test('changes of different lines are both there', () => {
    expect(mergeTexts('a\nb\nc', 'A\nb\nc', 'a\nb\nC')).toEqual({ text: 'A\nb\nC', clash: false })
    expect(mergeTexts('a\nb', 'a1\nb', 'a\nb2')).toEqual({ text: 'a1\nb2', clash: false })
  })

  test('changes of one line at different places are both there', () => {
    expect(mergeTexts('sum(x)', 'my_sum(x)', 'sum(x, y)')).toEqual({ text: 'my_sum(x, y)', clash: false })
  })

  test('what both typed at the same spot stands there one after the other', () => {
    expect(mergeTexts('x = ', 'x = mine', 'x = theirs')).toEqual({ text: 'x = theirsmine', clash: true })
    expect(mergeTexts('a', 'a\nmine', 'a\ntheirs')).toEqual({ text: 'a\ntheirs\nmine', clash: true })
    expect(mergeTexts('', 'mine', 'theirs')).toEqual({ text: 'theirsmine', clash: true })
  })

  test('text that one side changed stays although the other deleted it', () => {
    expect(merged('a\nb\nc', 'a\nc', 'a\nbb\nc')).toBe('a\nbb\nc')
  })

  test('what both did alike is there once', () => {
    expect(mergeTexts('a\nb', 'a\nx\nb', 'a\nx\nb')).toEqual({ text: 'a\nx\nb', clash: false })
    expect(merged('', 'abc', 'ab')).toBe('abc')
  })

  const text = fc
    .array(fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'c'), { maxLength: 6 })
    .map((lines) => lines.join('\n'))

  test('where only one side changed anything, the text is that side', () => {
    fc.assert(
      fc.property(text, text, (origin, changed) => {
        expect(merged(origin, changed, origin)).toBe(changed)
        expect(merged(origin, origin, changed)).toBe(changed)
        expect(merged(origin, changed, changed)).toBe(changed)
      }),
    )
  })

  test('no typed word is ever lost, wherever both sides typed', () => {
    const place = fc.nat({ max: 30 })
    fc.assert(
      fc.property(text, place, place, fc.boolean(), fc.boolean(), (origin, p, q, newLine, theirNewLine) => {
        const typed = (word: string, at: number) => {
          const spot = at % (origin.length + 1)
          return origin.slice(0, spot) + word + origin.slice(spot)
        }
        const both = merged(origin, typed(newLine ? 'MINE\n' : 'MINE', p), typed(theirNewLine ? '\nYOURS' : 'YOURS', q))
        expect(both).toContain('MINE')
        expect(both).toContain('YOURS')
        const rest = both.replace('MINE', '').replace('YOURS', '')
        expect([...rest.replaceAll('\n', '')]).toEqual([...origin.replaceAll('\n', '')])
      }),
      { numRuns: 2000 },
    )
  })
})

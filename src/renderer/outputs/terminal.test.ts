import { expect, test } from 'vitest'
import { terminalLines, textTail } from './terminal.ts'

const shown = (text: string) => terminalLines(text).map((line) => line.map((piece) => piece.text).join(''))

test('lines end at a newline, and an unfinished line is shown', () => {
  expect(shown('a\nb')).toEqual(['a', 'b'])
  expect(shown('a\n\nb\n')).toEqual(['a', '', 'b'])
})

test('a carriage return overwrites what stood there, and keeps what is longer', () => {
  expect(shown('10%\r50%\r100%\n')).toEqual(['100%'])
  expect(shown('abcdef\rxy')).toEqual(['xycdef'])
  expect(shown('one\r\ntwo\r\n')).toEqual(['one', 'two'])
})

test('a progress bar of a thousand steps is one line', () => {
  const steps = Array.from({ length: 1000 }, (_, at) => `\r${at}/999 |${'#'.repeat(at % 40)}`)
  expect(shown(steps.join(''))).toHaveLength(1)
})

test('erasing a line removes what was right of the cursor', () => {
  expect(shown('loading…\r\x1b[Kdone')).toEqual(['done'])
  expect(shown('abc\x1b[2Kxyz')).toEqual(['xyz'])
})

test('a backspace goes back one place', () => {
  expect(shown('ab\bc')).toEqual(['ac'])
})

test('colours and weights apply until they are reset', () => {
  const [line] = terminalLines('\x1b[1;31mError\x1b[0m: no')
  expect(line).toEqual([
    { text: 'Error', style: { bold: true, ink: 1 } },
    { text: ': no', style: {} },
  ])
})

test('bright, indexed and true colours are understood', () => {
  const inks = terminalLines('\x1b[92ma\x1b[38;5;208mb\x1b[38;2;255;0;10mc\x1b[39md')[0]!.map(
    (piece) => piece.style.ink,
  )
  expect(inks).toEqual([10, 208, '#ff000a', undefined])
})

test('overwriting keeps the colours of what is left', () => {
  const [line] = terminalLines('\x1b[32mgreen\x1b[0m\rab')
  expect(line).toEqual([
    { text: 'ab', style: {} },
    { text: 'een', style: { ink: 2 } },
  ])
})

test('links, cursor moves and broken sequences are dropped and never shown', () => {
  expect(shown('\x1b]8;;http://x\x07link\x1b]8;;\x07\x1b[2A\x1b[?25l!')).toEqual(['link!'])
})

test('the tail of a long text starts at a line', () => {
  expect(textTail('aaa\nbbb\nccc', 6)).toBe('ccc')
  expect(textTail('short', 10)).toBe('short')
  expect(textTail('x'.repeat(20), 5)).toBe('xxxxx')
})

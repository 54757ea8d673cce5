import { expect, test } from 'vitest'
import { OutputLog } from './output-log.ts'

test('neighbouring pieces of one stream are one', () => {
  const log = new OutputLog()
  log.stream('stdout', 'a')
  log.stream('stdout', 'b')
  log.stream('stderr', 'c')
  expect(log.items).toEqual([
    { type: 'stream', stream: 'stdout', text: 'ab' },
    { type: 'stream', stream: 'stderr', text: 'c' },
  ])
})

test('of very long text the beginning and the end are kept, and what is left out is counted', () => {
  const log = new OutputLog()
  for (let line = 0; line < 100_000; line++) log.stream('stdout', `line ${line}\n`)
  const [only] = log.items
  const text = only!.type === 'stream' ? only!.text : ''
  expect(text.startsWith('line 0\nline 1\n')).toBe(true)
  expect(text.endsWith('line 99998\nline 99999\n')).toBe(true)
  const said = /… (\d+) lines are left out …/.exec(text)
  const shown = text.split('\n').filter((line) => /^line \d+$/.test(line)).length
  expect(Math.abs(Number(said![1]) + shown - 100_000)).toBeLessThanOrEqual(2)
})

test('one endless line is cut in its middle', () => {
  const log = new OutputLog()
  log.stream('stdout', `begin${'x'.repeat(1_000_000)}end`)
  const [only] = log.items
  const text = only!.type === 'stream' ? only!.text : ''
  expect(text.startsWith('begin')).toBe(true)
  expect(text.endsWith('end')).toBe(true)
  expect(text.length).toBeLessThan(410_000)
})

test('what is shown comes after text that was too long, too', () => {
  const log = new OutputLog()
  log.stream('stdout', 'x\n'.repeat(300_000))
  log.display({ 'text/plain': 'shown' })
  expect(log.items.some((item) => item.type === 'display')).toBe(true)
})

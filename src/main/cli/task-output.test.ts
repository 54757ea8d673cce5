import { expect, test } from 'vitest'
import { TaskOutput } from './task-output.ts'

test('lines of tasks that print at once stay whole', () => {
  const told: string[] = []
  const output = new TaskOutput((line) => told.push(line))
  output.add('a', 'one\ntw')
  output.add('b', 'three')
  output.add('a', 'o\n')
  output.add('b', '')
  output.end('a')
  output.end('b')
  output.end('b')
  expect(told).toEqual(['a: one', 'a: two', 'b: three'])
})

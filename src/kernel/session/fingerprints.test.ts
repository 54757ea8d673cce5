import { expect, test } from 'vitest'
import { Fingerprints } from './fingerprints.ts'

/** A cell whose version id spells what it was made from. */
function spelled(fingerprints: Fingerprints, cell: string, inputs: string[], text = cell): void {
  fingerprints.define(cell, inputs, (values) => `${text}(${inputs.map((id) => values.get(id)).join(',')})`)
}

test('a version id is made from those of the inputs', async () => {
  const fingerprints = new Fingerprints()
  spelled(fingerprints, 'a', [])
  spelled(fingerprints, 'b', ['a'])
  spelled(fingerprints, 'c', ['a', 'b'])
  await fingerprints.settled()
  expect(fingerprints.of('c')).toBe('c(a(),b(a()))')
})

test('redefining a cell changes exactly what is below it', async () => {
  const fingerprints = new Fingerprints()
  for (const [cell, inputs] of [
    ['a', []],
    ['b', ['a']],
    ['c', ['b']],
    ['d', ['a']],
  ] as const)
    spelled(fingerprints, cell, [...inputs])
  await fingerprints.settled()
  spelled(fingerprints, 'b', ['a'], 'B')
  await fingerprints.settled()
  expect([...'abcd'].map((cell) => fingerprints.of(cell))).toEqual(['a()', 'B(a())', 'c(B(a()))', 'd(a())'])
})

test('a cell may be deleted and a new one may take its place', async () => {
  const fingerprints = new Fingerprints()
  spelled(fingerprints, 'a', [])
  spelled(fingerprints, 'b', ['a'])
  await fingerprints.settled()
  spelled(fingerprints, 'b', [])
  fingerprints.delete('a')
  await fingerprints.settled()
  expect(fingerprints.of('a')).toBeUndefined()
  expect(fingerprints.of('b')).toBe('b()')
})

test('settling is reached although definitions change while it is waited for', async () => {
  const fingerprints = new Fingerprints()
  spelled(fingerprints, 'a', [])
  spelled(fingerprints, 'b', ['a'])
  const first = fingerprints.settled()
  spelled(fingerprints, 'a', [], 'A')
  await first
  await fingerprints.settled()
  expect(fingerprints.of('b')).toBe('b(A())')
})

test('a cell named like a global of JavaScript is a cell like any other', async () => {
  const fingerprints = new Fingerprints()
  spelled(fingerprints, 'constructor', [])
  spelled(fingerprints, 'b', ['constructor'])
  await fingerprints.settled()
  expect(fingerprints.of('b')).toBe('b(constructor())')
})

import { expect, test } from 'vitest'
import { commands, keyLabel, keyOf, matchKeys } from './index.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

test('no two commands share a key where both work, and no key is the start of another sequence', () => {
  const clashes: string[] = []
  for (const [at, one] of commands.entries()) {
    for (const other of commands.slice(at + 1)) {
      if (one.when !== other.when && one.when !== 'always' && other.when !== 'always') continue
      for (const mine of one.keys) {
        for (const theirs of other.keys) {
          if (mine === theirs || mine.startsWith(`${theirs} `) || theirs.startsWith(`${mine} `)) {
            clashes.push(`${one.id} and ${other.id}: ${mine}`)
          }
        }
      }
    }
  }
  expect(clashes).toEqual([])
})

test('no command takes a key that browsers keep for themselves', () => {
  const reserved = ['Mod-w', 'Mod-t', 'Mod-n', 'Mod-Shift-n', 'Mod-Shift-t', 'Mod-Shift-w', 'Mod-r', 'Mod-l']
  expect(commands.flatMap((command) => command.keys).filter((key) => reserved.includes(key))).toEqual([])
})

test('ids are unique', () => {
  expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length)
})

test('a key without modifiers is a command only while no one types', () => {
  expect(matchKeys('b', 'command')).toMatchObject({ id: 'insert-below' })
  expect(matchKeys('b', 'edit')).toBeNull()
  expect(matchKeys('Shift-Enter', 'edit')).toMatchObject({ id: 'run-next' })
  expect(matchKeys('Shift-Enter', 'elsewhere')).toMatchObject({ id: 'run-next' })
})

test('the first key of a sequence waits for the second', () => {
  expect(matchKeys('d', 'command')).toBe('more')
  expect(matchKeys('d d', 'command')).toMatchObject({ id: 'delete' })
  expect(matchKeys('d', 'edit')).toBeNull()
})

test('shift is named for letters and named keys, not for signs that need it', () => {
  expect(press('P', { ctrlKey: true, shiftKey: true })).toBe('Mod-Shift-p')
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('Enter', { shiftKey: true })).toBe('Shift-Enter')
})

test('keys read as people write them', () => {
  expect(keyLabel('Mod-Shift-p')).toBe('Ctrl+Shift+P')
  expect(keyLabel('d d')).toBe('D D')
})

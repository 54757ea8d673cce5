import { expect, test } from 'vitest'
import { headline } from './headline.ts'

const text = (name: string, message: string) => headline({ name, message }).text

test('a message that is a sentence stands alone', () => {
  expect(text('NameError', "name 'x' is not defined")).toBe("name 'x' is not defined")
})

test('a message that says nothing without its type has it in front', () => {
  expect(text('KeyError', "'missing'")).toBe("KeyError: 'missing'")
  expect(text('ValueError', '3')).toBe('ValueError: 3')
  expect(text('KeyboardInterrupt', '')).toBe('KeyboardInterrupt')
})

test('a refusal of Dagbook has neither its place in brackets nor its code in the sentence', () => {
  const message = 'The Python process has ended (cell killer) Run the cell again. [DB-1202]'
  expect(headline({ name: 'Problem', message })).toEqual({
    text: 'The Python process has ended Run the cell again.',
    more: '',
    code: 'DB-1202',
  })
})

test('further lines come after the first', () => {
  expect(headline({ name: 'E', message: 'a b c\nd' })).toEqual({ text: 'a b c', more: 'd', code: 'E' })
})

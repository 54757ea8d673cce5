import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Problem, problems, asProblem } from './index.ts'

test('docs/errors.md lists every code with its name and advice, and no other', () => {
  const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| DB-'))
  expect(rows).toEqual(Object.entries(problems).map(([code, { name, todo }]) => `| ${code} | ${name} | ${todo} |`))
})

test('a message says what happened, where, and what to do, before the code', () => {
  const problem = new Problem('DB-1002', 'Byte 0xff is not UTF-8.', { path: 'a.py', line: 3 })
  expect(problem.message).toBe('Byte 0xff is not UTF-8. (a.py:3) Save the file as UTF-8 and open it again. [DB-1002]')
})

test('anything else that is thrown becomes the internal problem and keeps its cause', () => {
  const cause = new TypeError('x is undefined')
  const problem = asProblem(cause)
  expect(problem.code).toBe('DB-1999')
  expect(problem.cause).toBe(cause)
  expect(asProblem(problem)).toBe(problem)
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTally, tallyTo } from './tally.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dagbook-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** The tally of vitest over a folder with these test files. */
function tallyOf(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const file = join(folder, 'tally.json')
  const program = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const reporter = fileURLToPath(new URL('./vitest-tally.ts', import.meta.url))
  const args = [program, 'run', '--root', folder, '--globals', `--reporter=${reporter}`]
  spawnSync(process.execPath, args, { cwd: folder, env: tallyTo(file) })
  return readTally(file)
}

test('passed, failed and skipped tests are counted, and the reason of a skip is kept', () => {
  const result = tallyOf({
    'a.test.js': `
      test('good', () => {})
      test('bad', () => { throw new Error('x') })
      test('not here', (context) => context.skip('needs a window'))`,
  })
  expect(result).toEqual({
    passed: 1,
    failed: 1,
    failures: [{ name: 'a.test.js > bad', error: 'x' }],
    skipped: [{ name: 'not here', reason: 'needs a window' }],
  })
})

test('a file that does not load, a hook that throws and an error after the tests are failures', () => {
  expect(tallyOf({ 'a.test.js': 'throw new Error("x")' })?.failed).toBe(1)
  expect(tallyOf({ 'a.test.js': 'afterAll(() => { throw new Error("x") }); test("good", () => {})' })?.failed).toBe(1)
  expect(tallyOf({ 'a.test.js': 'test("good", () => void Promise.reject(new Error("x")))' })?.failed).toBe(1)
})

test('a run that leaves no tally is not taken for one', () => {
  expect(readTally(join(folder, 'nothing.json'))).toBeUndefined()
})

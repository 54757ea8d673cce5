import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const python = process.env['DAGBOOK_TEST_PYTHON'] ?? resolve('.venv/bin/python')
const folder = mkdtempSync(join(tmpdir(), 'dagbook-handover-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  readonly case: string
  readonly told: string
  readonly codec: string
}

function play(step: 'give' | 'take'): Told[] {
  const script = join(import.meta.dirname, 'test_handover.py')
  const output = execFileSync(python, ['-B', script, step, folder], { encoding: 'utf8' })
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
}

describe('a value goes to another process', () => {
  const given = play('give')
  const taken = play('take')

  test.each(given)('$case, as $codec', ({ case: name, told }) => {
    expect(told).toBe('ok')
    expect(taken.find((each) => each.case === name)!.told).toBe('ok')
  })

  test('by the codec that keeps it exactly', () => {
    const codecs = Object.fromEntries(given.map((each) => [each.case, each.codec]))
    expect(codecs).toMatchObject({
      'minus zero': 'json',
      'integer keys': 'pickle',
      'shared by two names': 'pickle',
      frame: 'parquet',
      'frame of lists': 'pickle',
      absent: 'absent, json',
    })
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import { catalogue, type CodeEntry } from './index.ts'
import { cellsOf, understood } from './testing/notebook.ts'

beforeAll(loadSql)

const root = new URL('../../../', import.meta.url).pathname
const entries: [string, CodeEntry][] = Object.entries(catalogue)

test('docs/diagnostics.md lists every code with what it means, and no other', () => {
  const text = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows).toEqual(
    entries.map(
      ([code, { severity, title, explanation, fix }]) =>
        `| \`${code}\` | ${severity} | ${title}. ${explanation} | ${fix ?? ''} |`,
    ),
  )
})

test('every code that the kernel gives is in the catalogue', () => {
  const given = new Set<string>()
  for (const folder of ['analysis', 'graph', 'session', 'notebook']) {
    for (const file of readdirSync(join(root, 'src/kernel', folder), { recursive: true, encoding: 'utf8' })) {
      if (!/(?<!\.test)\.ts$/.test(file)) continue
      const text = readFileSync(join(root, 'src/kernel', folder, file), 'utf8')
      const found = text.matchAll(
        /(?:code: |\.find\(\s*|finding\(|#add\(index, |#add\(\s*index,\s*)'([a-z]+(?:-[a-z]+)+)'/g,
      )
      for (const match of found) given.add(match[1]!)
    }
  }
  expect(given.size).toBeGreaterThan(10)
  expect([...given].filter((code) => !(code in catalogue))).toEqual([])
})

const shown = entries.filter(
  ([code]) =>
    !/^(unresolved-call|unresolved-cell|unforeseen-mutation|learned-not-recorded|display-only|hidden-workflow|cell-too-big|ran-out-of-order)$/.test(
      code,
    ),
)

test.each(shown)('the example of %s has it, with its severity', (code, { example, severity }) => {
  const found = understood(cellsOf(example)).diagnostics.filter((one) => one.code === code)
  expect(found.map((one) => one.severity)).toEqual([severity])
})

test.each(entries)('%s is said in sentences, without jargon', (_, { title, explanation }) => {
  expect(title).toMatch(/^[A-Z][^.]*[^.]$/)
  expect(explanation).toMatch(/^[A-Z].*\.$/)
  expect(explanation).not.toMatch(/barrier|idempotent|effect of|DAG|AST/)
})

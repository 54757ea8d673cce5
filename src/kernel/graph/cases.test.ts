import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import { answer, readCases, type Case } from './case-file.testing.ts'

beforeAll(loadSql)

const folder = join(import.meta.dirname, 'cases')

for (const file of readdirSync(folder)) {
  const cases = readCases(readFileSync(join(folder, file), 'utf8'))
  const groups = Map.groupBy(cases, ({ group }) => group)
  describe(file.replace(/\.txt$/, ''), () => {
    for (const [group, own] of groups) {
      test(`${group} (${own.length})`, () => {
        const line = (each: Case, told: string): string =>
          `${each.cells} ${each.kind === 'edges' ? '=>' : '~>'} ${told}`
        expect(own.map((each) => line(each, answer(each)))).toEqual(own.map((each) => line(each, each.wanted)))
      })
    }
  })
}

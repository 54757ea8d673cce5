import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { goTheWholeWay, type Agreement } from '../support/agreement.ts'
import { makeProject } from '../support/cli.ts'
import { pythonPipelines, sqlPipelines, type Pipeline } from '../support/random-pipeline.ts'

// Graph → run → plan → export → job, on notebooks that nobody tuned it for, by the built program alone.

async function agree({ text, values }: Pipeline): Promise<Agreement> {
  const session = await makeProject({ 'made.py': text })
  const production = await makeProject({ 'made.py': text })
  try {
    const seen = await goTheWholeWay(session.folder, production.folder, 'made.py', 'bundle')
    const where = `\n${text}\n`
    expect(
      seen.graph.diagnostics.filter(({ severity }) => severity === 'error'),
      where,
    ).toEqual([])
    expect(
      seen.run.cells.filter(({ state }) => state !== 'fresh'),
      where,
    ).toEqual([])
    expect(
      seen.job.tasks.filter(({ state }) => state !== 'SUCCESS'),
      where,
    ).toEqual([])
    expect(seen.job.state).toBe('SUCCESS')
    expect(seen.job.tasks.map(({ key }) => key).sort()).toEqual(seen.plan.tasks.map(({ key }) => key).sort())
    expect(Object.keys(seen.values.run).sort(), where).toEqual([...values].sort())
    expect(seen.values.job, where).toEqual(seen.values.run)
    expect(seen.tables.job, where).toEqual(seen.tables.run)
    expect(await readFile(join(session.folder, 'made.py'), 'utf8')).toBe(text)
    return seen
  } finally {
    await session.remove()
    await production.remove()
  }
}

pythonPipelines(20261120, 3).forEach((pipeline, at) =>
  test(`session and job agree on made notebook ${at + 1}`, async () => {
    const { plan } = await agree(pipeline)
    expect(plan.tasks.length).toBeGreaterThan(3)
  }),
)

sqlPipelines(20261120, 2).forEach((pipeline, at) =>
  test(`session and job agree on made notebook ${at + 4}, with tables`, { timeout: 1_200_000 }, async () => {
    const { tables } = await agree(pipeline)
    expect(Object.keys(tables.run)).toContain('main.s.t0')
  }),
)

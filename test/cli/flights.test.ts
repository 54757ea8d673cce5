import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { goTheWholeWay } from '../support/agreement.ts'
import { makeProject } from '../support/cli.ts'

test('session and job agree on the flights, and both are right', { timeout: 1_200_000 }, async () => {
  const example = join(import.meta.dirname, '..', '..', 'examples', 'flights')
  const [session, production] = [await makeProject({}), await makeProject({})]
  try {
    for (const { folder } of [session, production]) {
      await cp(example, folder, { recursive: true, filter: (path) => !/[/\\](\.dagbook|build)$/.test(path) })
    }
    const seen = await goTheWholeWay(session.folder, production.folder, 'late_flights.py', 'notebook')
    expect(seen.run.cells.filter(({ state }) => state !== 'fresh')).toEqual([])
    expect(seen.job.tasks.filter(({ state }) => state !== 'SUCCESS')).toEqual([])
    expect(seen.job.state).toBe('SUCCESS')
    expect(seen.tables.job).toEqual(seen.tables.run)

    const { tables } = seen
    const counts = Object.fromEntries(Object.entries(tables.job).map(([name, { count }]) => [name, count]))
    expect(counts).toEqual({
      'main.air.flights': 86_995,
      'main.air.by_weather': 4,
      'main.air.by_city': 41,
      'main.air.report': 6,
    })
    const report = tables.job['main.air.report']!.rows.map((row) => [row['suspect'], row['points_apart']])
    expect(Object.fromEntries(report)).toEqual({
      hour: 40.6,
      'flight before': 37.6,
      weather: 27.3,
      airline: 22.5,
      city: 17.3,
      'age of the plane': 8,
    })
  } finally {
    await session.remove()
    await production.remove()
  }
})

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { testPython } from './python.ts'

const shape = z.record(
  z.string(),
  z.object({ count: z.number(), digest: z.string(), rows: z.array(z.record(z.string(), z.unknown())) }),
)

/** The content of a table; the rows in a fixed order, and none of a table with more than 100. */
export type Tables = z.infer<typeof shape>

/** The tables that stand in a project, by their full names. */
export async function tablesOf(project: string): Promise<Tables> {
  const script = join(import.meta.dirname, 'tables.py')
  const told = await promisify(execFile)(testPython, ['-B', script, join(project, '.dagbook', 'warehouse')], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return shape.parse(JSON.parse(told.stdout))
}

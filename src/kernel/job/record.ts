import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const TaskRecord = z.object({
  key: z.string(),
  /** `PENDING`, `RUNNING`, or how it ended. */
  state: z.string(),
  attempts: z.number(),
  started: z.string().nullable(),
  ms: z.number(),
  error: z
    .object({ name: z.string(), message: z.string(), cell: z.string().nullable(), line: z.number().nullable() })
    .nullable(),
  values: z.record(z.string(), z.unknown()),
})
export const RunRecord = z.object({
  run: z.string(),
  job: z.string(),
  bundle: z.string(),
  /** `RUNNING`, or how it ended. A record that says `RUNNING` and whose process is gone was cut off. */
  state: z.string(),
  process: z.number(),
  started: z.string(),
  ms: z.number(),
  parameters: z.record(z.string(), z.string()),
  tasks: z.array(TaskRecord),
})
export type RunRecord = z.infer<typeof RunRecord>

/** Where the record of a run lies. `state` is the project's `.dagbook` folder. */
export function recordPath(state: string, run: string): string {
  return join(state, 'runs', `${run}.json`)
}

/** Writes the record whole: whoever reads it finds the old one or the new one, also after a crash. */
export function writeRecord(state: string, record: RunRecord): void {
  const path = recordPath(state, record.run)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 1)}\n`, { flush: true })
  renameSync(`${path}.new`, path)
}

/** Reads a record. */
export function readRecord(state: string, run: string): RunRecord {
  return RunRecord.parse(JSON.parse(readFileSync(recordPath(state, run), 'utf8')))
}

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

/** How the tests of one step ended. */
export type Tally = z.infer<typeof tally>

const tally = z.object({
  passed: z.number(),
  failed: z.number(),
  /** What failed, as far as it has a name: the test (or its file) and the first lines of its error. */
  failures: z.array(z.object({ name: z.string(), error: z.string() })),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
})

/** The file a test reporter leaves its tally in; the step that starts the reporter names it. */
const TALLY_FILE = 'DAGBOOK_TALLY'

/** The environment that tells a reporter where to leave its tally. Removes an older one. */
export function tallyTo(file: string): NodeJS.ProcessEnv {
  rmSync(file, { force: true })
  return { ...process.env, [TALLY_FILE]: file }
}

/** The first lines of an error, without the colours of a terminal: enough to tell what went wrong. */
export function firstLines(error: string): string {
  const lines = error.replaceAll(/\u001b\[[0-9;]*m/g, '').split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, 6)
    .map((line) => line.slice(0, 300))
    .join('\n')
}

/** Leaves the tally of a reporter; does nothing when nobody asked for it. */
export function leaveTally(result: Tally): void {
  const file = process.env[TALLY_FILE]
  if (file === undefined) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(result))
}

/** Reads what a reporter left; undefined if it left nothing, so that a step that crashed cannot count as passed. */
export function readTally(file: string): Tally | undefined {
  try {
    return tally.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

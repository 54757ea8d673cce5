import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../../problem/index.ts'
import type { TableName } from '../protocol.ts'
import { copyTable, linkFile, linkFolder } from './copy.ts'
import { isCommit, logVersion, newest, readLog, stampOf, type Stamp } from './delta-log.ts'
import { isAlive } from './owner.ts'

/** A table of a draft that is to become the project's. */
export interface Promotion {
  readonly table: TableName
  /** The draft's version of it; null: it was dropped. */
  readonly location: string | null
  /** What the project's table was when the draft began; null: there was none. */
  readonly expectedStamp: Stamp | null
}

/** Folders beside the journal for tables on their way. */
const MOVING = 'moving-'

const Step = z.object({
  table: z.string(),
  base: z.string(),
  /** `extend`: the draft's commits follow those of the base; `replace`: another table takes its place. */
  way: z.enum(['extend', 'replace', 'drop']),
  from: z.string(),
  /** Where the new table waits, or the old one goes, during a replacement. */
  aside: z.string(),
})
type Step = z.infer<typeof Step>
const Journal = z.object({ owner: z.number(), steps: z.array(Step).nullable() })

/**
 * Makes tables of a draft the project's. The journal is the lock, and is written before anything changes; every step can be done
 * twice, so a crash half-way is finished at the next open. Throws DB-1304, and changes nothing, if a table moved meanwhile.
 */
export async function promoteTables(
  journal: string,
  promotions: readonly Promotion[],
  baseOf: (table: TableName) => string,
): Promise<void> {
  await finishPromotion(journal)
  await takeLock(journal)
  try {
    const moved: TableName[] = []
    for (const { table, expectedStamp } of promotions) {
      if ((await stampOf(baseOf(table))) !== expectedStamp) moved.push(table)
    }
    if (moved.length > 0) {
      const what = `The project's ${moved.join(', ')} changed since this draft began, so nothing was saved.`
      throw new Problem('DB-1304', what)
    }
    const aside = join(dirname(journal), MOVING + randomUUID())
    const steps: Step[] = []
    for (const [index, { table, location }] of promotions.entries()) {
      const base = baseOf(table)
      const place = { table, base, from: location ?? '', aside: join(aside, String(index)) }
      if (location === null) steps.push({ ...place, way: 'drop' })
      else steps.push({ ...place, way: (await extendsLog(base, location)) ? 'extend' : 'replace' })
    }
    await mkdir(aside, { recursive: true })
    for (const step of steps) if (step.way === 'replace') await copyTable(step.from, `${step.aside}.new`)
    await writeJournal(journal, { owner: process.pid, steps })
    await takeSteps(steps)
    await rm(aside, { recursive: true, force: true })
  } finally {
    await rm(journal, { force: true })
  }
}

/** Finishes what a process that died had begun. Throws DB-1304 while another process is at it. */
export async function finishPromotion(journal: string): Promise<void> {
  if (!existsSync(journal)) return
  const read = Journal.safeParse(parseJson(await readFile(journal, 'utf8')))
  if (read.success && isAlive(read.data.owner)) {
    const what = 'Another process is saving drafts of this project.'
    throw new Problem('DB-1304', what, {}, 'Wait until it is done and save again.')
  }
  const steps = read.success ? (read.data.steps ?? []) : []
  await takeSteps(steps)
  const names = await readdir(dirname(journal))
  for (const name of names) if (name.startsWith(MOVING)) await rm(join(dirname(journal), name), { recursive: true })
  await rm(journal, { force: true })
}

async function takeSteps(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (step.way === 'extend') await extend(step)
    else if (step.way === 'replace') await replace(step)
    else await setAside(step)
  }
}

/** Adds the draft's data files, then its commits one by one, each by a link that fails if the version is taken: Delta's own rule. */
async function extend({ table, base, from }: Step): Promise<void> {
  const before = (await readLog(base)) ?? []
  const commits = ((await readLog(from)) ?? []).filter((name) => isCommit(name) && !before.includes(name)).sort()
  await linkFolder(from, base, (name) => name !== '_delta_log')
  for (const name of commits) {
    const source = join(from, '_delta_log', name)
    const target = join(base, '_delta_log', name)
    await link(source, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') return linkFile(source, target)
      if (!(await readFile(source)).equals(await readFile(target))) {
        throw new Problem('DB-1304', `The project's ${table} changed while the draft was being saved.`)
      }
    })
  }
}

async function replace(step: Step): Promise<void> {
  const ready = `${step.aside}.new`
  if (!existsSync(ready)) return
  await setAside(step)
  await mkdir(dirname(step.base), { recursive: true })
  await rename(ready, step.base)
}

async function setAside({ base, aside }: Step): Promise<void> {
  if (!existsSync(base)) return
  if (existsSync(aside)) await rm(base, { recursive: true, force: true })
  else {
    await mkdir(dirname(aside), { recursive: true })
    await rename(base, aside)
  }
}

/** Whether the draft's log is the base's with more commits behind, so that both have one history. */
async function extendsLog(base: string, draft: string): Promise<boolean> {
  const [old, now] = [await readLog(base), await readLog(draft)]
  if (old === null || now === null) return false
  const last = newest(old)
  if (!isCommit(last) || !now.includes(last)) return false
  const [ours, theirs] = [join(base, '_delta_log', last), join(draft, '_delta_log', last)]
  if (!(await readFile(ours)).equals(await readFile(theirs))) return false
  const commits = new Set(now.filter(isCommit).map((name) => logVersion(name)))
  for (let version = logVersion(last)!; version <= logVersion(newest(now))!; version++) {
    if (!commits.has(version)) return false
  }
  return true
}

async function takeLock(journal: string): Promise<void> {
  await mkdir(dirname(journal), { recursive: true })
  const file = await open(journal, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    const what = 'Another process is saving drafts of this project.'
    throw new Problem('DB-1304', what, {}, 'Wait until it is done and save again.')
  })
  await file.writeFile(JSON.stringify({ owner: process.pid, steps: null }))
  await file.close()
}

async function writeJournal(journal: string, content: z.infer<typeof Journal>): Promise<void> {
  await writeFile(`${journal}.new`, JSON.stringify(content), { flush: true })
  await rename(`${journal}.new`, journal)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

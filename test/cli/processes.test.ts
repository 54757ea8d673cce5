import { readdir, readFile, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { dagbook, ended, makeProject, printed, startDagbook } from '../support/cli.ts'
import { notebookFile } from '../support/random-pipeline.ts'
import { jobShape, runShape } from '../support/shapes.ts'
import { tablesOf } from '../support/tables.ts'

// Several commands on one project, one after the other, at once, and one that is killed.

const writer = notebookFile([
  'spark.sql("CREATE SCHEMA IF NOT EXISTS s")',
  '%sql\nCREATE OR REPLACE TABLE s.kept USING DELTA AS SELECT id, id * 2 AS v FROM range(5)',
  '%sql\nINSERT INTO s.kept VALUES (5, 100)',
])
const reader = notebookFile([
  '# DBTITLE 1,Look\nrows = sorted(tuple(row) for row in spark.table("s.kept").collect())\nprint(len(rows), sum(v for _, v in rows))',
  '%sql\nINSERT INTO s.kept SELECT id + 10, 0 FROM s.kept',
  '# DBTITLE 1,Look again\nprint(spark.table("s.kept").count())',
])
const endless = notebookFile([
  '%sql\nINSERT INTO s.kept VALUES (6, 600)',
  'n = spark.table("s.kept").count()\nopen("busy", "w").close()\nimport time\nwhile True:\n    time.sleep(60)',
])
// What another process that saves at the same time leaves in the project.
const contested = notebookFile([
  '%sql\nCREATE OR REPLACE TABLE contested USING DELTA AS SELECT 1 AS x',
  'import json, os\nopen(".dagbook/promotion.json", "w").write(json.dumps({"owner": os.getpid(), "steps": None}))\nprint("ran")',
])
const waiting = notebookFile([
  'open("waits", "w").close()\nimport time\nwhile True:\n    time.sleep(0.05)',
  'print("apart")',
])
const talking = notebookFile(['print("one")', 'a = [1]\na.append(2)\nprint(a)', 'assert not a'])

let folder: string
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, remove } = await makeProject({
    'writer.py': writer,
    'reader.py': reader,
    'endless.py': endless,
    'contested.py': contested,
    'waiting.py': waiting,
    'talking.py': talking,
  }))
})
afterAll(() => remove())

async function warehouseFiles(): Promise<string[]> {
  return (await readdir(join(folder, '.dagbook', 'warehouse'), { recursive: true })).sort()
}

async function look(command: ReturnType<typeof dagbook>): Promise<string[]> {
  const result = await command
  const { cells } = printed(runShape, result)
  expect(cells.map(({ error }) => error)).toEqual(cells.map(() => null))
  expect(result.code).toBe(0)
  return cells.map(({ stdout }) => stdout.trim()).filter((text) => text !== '')
}

test(
  'what a run saves, other processes see; two at once do not disturb each other',
  { timeout: 1_200_000 },
  async () => {
    const unsaved = await dagbook('run', join(folder, 'writer.py'), '--json')
    expect(unsaved.code).toBe(0)
    expect(await tablesOf(folder)).toEqual({})

    const saved = await dagbook('run', join(folder, 'writer.py'), '--json', '--save')
    expect(saved.code).toBe(0)
    expect(saved.stderr).toContain('Saved to the project: main.s.kept.')
    const before = await warehouseFiles()

    const run = (): ReturnType<typeof dagbook> => dagbook('run', join(folder, 'reader.py'), '--json')
    const [one, two] = await Promise.all([look(run()), look(run())])
    expect([one, two]).toEqual([
      ['6 120', '12'],
      ['6 120', '12'],
    ])
    expect(await warehouseFiles()).toEqual(before)
    expect((await tablesOf(folder))['main.s.kept']!.count).toBe(6)
    expect(await readdir(join(folder, '.dagbook', 'drafts'))).toEqual([])
  },
)

test('what a run found is told also where saving is refused', { timeout: 1_200_000 }, async () => {
  const refused = await dagbook('run', join(folder, 'contested.py'), '--json', '--save')
  expect(printed(runShape, refused).cells.map(({ stdout }) => stdout)).toEqual(['', 'ran\n'])
  expect(refused.stderr).toMatch(/Another process is saving .*\[DB-1304\]/)
  expect(refused.code).toBe(2)
  await rm(join(folder, '.dagbook', 'promotion.json'))
})

test.each([['run'], ['job', 'run'], ['plan'], ['graph'], ['check']])(
  '%s %s goes on when nobody reads what it prints, and ends by what it did',
  async (...command) => {
    const read = await dagbook(...command, join(folder, 'talking.py'))
    const deaf = startDagbook([...command, join(folder, 'talking.py')])
    deaf.stdout!.destroy()
    const { code, stderr } = await ended(deaf)
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m)
    expect(code).toBe(read.code)
  },
)

test.runIf(process.platform !== 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a job run that %s ends is recorded as cancelled',
  async (signal) => {
    await rm(join(folder, 'waits'), { force: true })
    const job = startDagbook(['job', 'run', join(folder, 'waiting.py'), '--json'])
    const end = ended(job)
    await vi.waitUntil(() => existsSync(join(folder, 'waits')) || job.exitCode !== null, { timeout: 600_000 })
    job.kill(signal)
    const result = await end
    expect(result.code).toBe(1)
    const { run, state } = printed(jobShape, result)
    expect(state).toBe('CANCELED')
    const record: unknown = JSON.parse(await readFile(join(folder, '.dagbook', 'runs', `${run}.json`), 'utf8'))
    expect(record).toMatchObject({ state: 'CANCELED' })
  },
)

test.runIf(process.platform === 'linux')(
  'a run that is killed leaves no process behind, and the next run works',
  { timeout: 1_200_000 },
  async () => {
    const mark = randomUUID()
    const run = startDagbook(['run', join(folder, 'endless.py')], { DAGBOOK_TEST_MARK: mark })
    const end = ended(run)
    await vi.waitUntil(() => existsSync(join(folder, 'busy')) || run.exitCode !== null, {
      timeout: 600_000,
      interval: 200,
    })
    const alive = (await processesWith(mark)).join('\n')
    expect(alive).toMatch(/cli\.js/)
    expect(alive).toMatch(/java/)
    expect(alive).toMatch(/python/)

    run.kill('SIGKILL')
    expect((await end).code).toBeNull()
    await vi.waitUntil(async () => (await processesWith(mark)).length === 0, { timeout: 300_000, interval: 200 })

    expect(await look(dagbook('run', join(folder, 'reader.py'), '--json'))).toEqual(['6 120', '12'])
    expect(await readdir(join(folder, '.dagbook', 'drafts'))).toEqual([])
  },
)

/** The command lines of all processes that inherited a mark. */
async function processesWith(mark: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
    if (environment.includes(mark)) found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  }
  return found
}

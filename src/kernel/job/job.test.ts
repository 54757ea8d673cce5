import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readRecord, runJob, type JobOptions } from './index.ts'
import { plainWorkers } from './testing/plain-workers.ts'
import { afterDependencies, resultOfRun } from './states.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A bundle with a job of these tasks; the code of each is one cell, or several parted by `---`. */
function bundle(
  tasks: Record<string, { code?: string } & Record<string, unknown>>,
  more: Record<string, unknown> = {},
): string {
  const root = mkdtempSync(join(tmpdir(), 'dagbook-job-'))
  folders.push(root)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write(
    'databricks.yml',
    stringify({ bundle: { name: 'b' }, include: ['build/*/resources/*.yml'], targets: { dev: { default: true } } }),
  )
  const shaped = Object.entries(tasks).map(([key, { code, ...rest }]) => {
    if (code !== undefined) {
      const cells = code.split('---').map((cell) => cell.trim())
      write(
        `build/j/src/tasks/${key}.py`,
        `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`,
      )
    }
    const notebook = code === undefined ? {} : { notebook_task: { notebook_path: `../src/tasks/${key}.py` } }
    return { task_key: key, ...notebook, ...rest }
  })
  write('build/j/resources/j.job.yml', stringify({ resources: { jobs: { j: { name: 'j', ...more, tasks: shaped } } } }))
  return root
}

const on = (...keys: string[]) => ({ depends_on: keys.map((task_key) => ({ task_key })) })
const run = (folder: string, more: Partial<JobOptions> = {}) =>
  runJob({ folder, parallel: 2, workers: plainWorkers(), ...more })
const statesOf = (result: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(result.tasks.map(({ key, state }) => [key, state]))

describe('a job', () => {
  test('runs its tasks in order and passes task values', async () => {
    const folder = bundle({
      a: { code: 'dbutils.jobs.taskValues.set(key="n", value=[1, "x"])' },
      b: { code: 'assert dbutils.jobs.taskValues.get(taskKey="a", key="n") == [1, "x"]', ...on('a') },
    })
    const result = await run(folder)
    expect(result).toMatchObject({
      state: 'SUCCESS',
      tasks: [
        { key: 'a', attempts: 1, error: null },
        { key: 'b', state: 'SUCCESS' },
      ],
    })
    expect(readRecord(join(folder, '.dagbook'), result.run)).toMatchObject({
      state: 'SUCCESS',
      tasks: [{ values: { n: [1, 'x'] } }, {}],
    })
  })

  test('runs a folder of build as well', async () => {
    const folder = bundle({ a: { code: 'pass' } })
    expect(await run(join(folder, 'build/j'))).toMatchObject({ state: 'SUCCESS' })
    expect(existsSync(join(folder, '.dagbook/runs'))).toBe(true)
  })

  test('gives tasks parameters of the job and their own, with references resolved', async () => {
    const folder = bundle(
      {
        a: {
          code: 'got = [dbutils.widgets.get(p) for p in ("day", "mode", "root", "who")]\nassert got == ["2024", "full", ROOT, "a.1"], got'.replace(
            'ROOT',
            'dbutils.widgets.get("root")',
          ),
          notebook_task: {
            notebook_path: '../src/tasks/a.py',
            base_parameters: {
              mode: 'full',
              root: '${workspace.file_path}',
              who: '{{task.name}}.{{task.execution_count}}',
            },
          },
        },
      },
      { parameters: [{ name: 'day', default: '2020' }] },
    )
    expect(await run(folder, { parameters: { day: '2024' } })).toMatchObject({ state: 'SUCCESS' })
    await expect(run(folder, { parameters: { dya: '2024' } })).rejects.toThrow(/`dya`.*DB-1303/)
  })

  test('ends with the error, its cell and line, and does not run what follows', async () => {
    const folder = bundle({
      a: { code: 'x = 1\n---\n# a comment\nx / 0' },
      b: { code: 'pass', ...on('a') },
      c: { code: 'pass' },
    })
    const map = {
      notebook: 'n.py',
      tasks: {
        a: [
          { line: 2, cell: 'one', lines: [[1, 1]] },
          {
            line: 6,
            cell: 'two',
            lines: [
              [3, 1],
              [7, 1],
            ],
          },
        ],
      },
    }
    writeFileSync(join(folder, 'build/j/src/cells.json'), JSON.stringify(map))
    const result = await run(folder)
    expect(result.state).toBe('FAILED')
    expect(statesOf(result)).toEqual({ a: 'FAILED', b: 'UPSTREAM_FAILED', c: 'SUCCESS' })
    expect(result.tasks[0]!.error).toEqual({
      name: 'ZeroDivisionError',
      message: 'division by zero',
      cell: 'two',
      line: 7,
    })
    expect(result.tasks[1]).toMatchObject({ attempts: 0, error: null })
  })

  test('tries a task again, in a fresh process, without what the failed attempt set', async () => {
    const code = `
import os
first = not os.path.exists("tried")
open("tried", "w").close()
if first:
    dbutils.jobs.taskValues.set(key="left", value=1)
    raise ValueError("once")
`
    const attempts: number[] = []
    const folder = bundle({
      a: { code, max_retries: 2 },
      b: { code: 'assert dbutils.jobs.taskValues.get(taskKey="a", key="left") is None', ...on('a') },
    })
    const result = await run(folder, {
      workers: plainWorkers(({ task, attempt }) => task === 'a' && attempts.push(attempt)),
    })
    expect(result).toMatchObject({ state: 'SUCCESS', tasks: [{ attempts: 2 }, { attempts: 1 }] })
    expect(attempts).toEqual([1, 2])
  })

  test('ends when a process dies', async () => {
    const result = await run(bundle({ a: { code: 'import os\nos._exit(3)' } }))
    expect(result).toMatchObject({
      state: 'FAILED',
      tasks: [{ state: 'FAILED', error: { message: expect.stringContaining('ended') as string } }],
    })
  })

  test('stops a notebook that leaves, and goes on behind it', async () => {
    const folder = bundle({
      a: { code: 'dbutils.notebook.exit("done")\n---\nraise ValueError' },
      b: { code: 'pass', ...on('a') },
    })
    expect(await run(folder)).toMatchObject({ state: 'SUCCESS' })
  })

  test('runs as many tasks at once as it may, and no more', async () => {
    // Each task waits until it has seen as many others as may run at once: with fewer it would never end.
    const code = (others: number) => `
import os, time, uuid
os.makedirs("here", exist_ok=True)
me = os.path.join("here", uuid.uuid4().hex)
open(me, "w").close()
while len(os.listdir("here")) < ${others}: time.sleep(0.01)
`
    const folder = bundle({ a: { code: code(3) }, b: { code: code(3) }, c: { code: code(3) } })
    expect(await run(folder, { parallel: 3 })).toMatchObject({ state: 'SUCCESS' })
    let now = 0
    let most = 0
    const one = bundle({ a: { code: 'pass' }, b: { code: 'pass' }, c: { code: 'pass' } })
    const task = (_: string, state: string) => (most = Math.max(most, (now += state === 'RUNNING' ? 1 : -1)))
    expect(await run(one, { parallel: 1, events: { task } })).toMatchObject({ state: 'SUCCESS' })
    expect(most).toBe(1)
  })

  test('is cancelled while a task runs: nothing that waits for it starts', async () => {
    const cancel = new AbortController()
    const folder = bundle({
      a: { code: 'open("started", "w").close()\nimport time\nwhile True: time.sleep(0.05)' },
      b: { code: 'pass', ...on('a') },
    })
    const task = (key: string, state: string) => {
      if (key === 'a' && state === 'RUNNING') cancel.abort()
    }
    const result = await run(folder, { signal: cancel.signal, events: { task } })
    expect(result.state).toBe('CANCELED')
    expect(statesOf(result)).toEqual({ a: 'CANCELED', b: 'UPSTREAM_CANCELED' })
  })

  test('ends a task that takes too long', async () => {
    const folder = bundle({ a: { code: 'while True: pass', timeout_seconds: 1 }, b: { code: 'pass', ...on('a') } })
    const result = await run(folder)
    expect(result.state).toBe('FAILED')
    expect(statesOf(result)).toEqual({ a: 'TIMEDOUT', b: 'UPSTREAM_FAILED' })
  })

  test('ends when the whole job takes too long', async () => {
    const result = await run(bundle({ a: { code: 'while True: pass' } }, { timeout_seconds: 1 }))
    expect(result.state).toBe('TIMEDOUT')
  })

  test('follows run_if and conditions', async () => {
    const folder = bundle({
      a: { code: 'raise ValueError' },
      alarm: { code: 'pass', run_if: 'AT_LEAST_ONE_FAILED', ...on('a') },
      calm: { code: 'pass' },
      quiet: { code: 'pass', run_if: 'AT_LEAST_ONE_FAILED', ...on('calm') },
      big: { condition_task: { op: 'GREATER_THAN', left: '10', right: '9' } },
      yes: { code: 'pass', depends_on: [{ task_key: 'big', outcome: 'true' }] },
      no: { code: 'pass', depends_on: [{ task_key: 'big', outcome: 'false' }] },
      off: { code: 'raise ValueError', disabled: true },
      last: { code: 'pass', run_if: 'ALL_DONE', ...on('a', 'no') },
    })
    const result = await run(folder)
    expect(statesOf(result)).toEqual({
      a: 'FAILED', alarm: 'SUCCESS', calm: 'SUCCESS', quiet: 'EXCLUDED', big: 'SUCCESS', yes: 'SUCCESS', no: 'EXCLUDED',
      off: 'DISABLED', last: 'SUCCESS',
    }) // prettier-ignore
    expect(result.state).toBe('SUCCESS_WITH_FAILURES')
  })

  test('runs the cells of a notebook that %run names', async () => {
    const folder = bundle({ a: { code: '# MAGIC %run ../common\n---\nassert x == 5' } })
    writeFileSync(join(folder, 'build/j/src/common.py'), '# Databricks notebook source\nx = 5\n')
    expect(await run(folder)).toMatchObject({ state: 'SUCCESS' })
  })

  test('gives a notebook that %run names the values that stand behind it, and no others', async () => {
    const folder = bundle(
      {
        a: {
          code: `# MAGIC %run "../my common" $rows="4  5" $day='Monday'
---
assert (rows, day, size, inner) == ("4  5", "Monday", "7", "4  5"), (rows, day, size, inner)
assert dbutils.widgets.get("rows") == "1"`,
        },
      },
      { parameters: [{ name: 'rows', default: '1' }] },
    )
    const read = ['rows', 'day', 'size'].map(
      (name) => `dbutils.widgets.text("${name}", "7")\n${name} = dbutils.widgets.get("${name}")\n`,
    )
    const common = `# Databricks notebook source\n${read.join('')}\n# COMMAND ----------\n\n# MAGIC %run ./inner\n`
    writeFileSync(join(folder, 'build/j/src/my common.py'), common)
    const inner = '# Databricks notebook source\ninner = dbutils.widgets.get("rows")\n'
    writeFileSync(join(folder, 'build/j/src/inner.py'), inner)
    expect((await run(folder)).tasks[0]).toMatchObject({ state: 'SUCCESS', error: null })
  })

  test('leaves out a task in a language that this machine cannot run, and what needs it', async () => {
    const folder = bundle({
      a: { code: 'open("ran", "w").close()\n---\n# MAGIC %scala\n# MAGIC println(1)' },
      b: { code: 'pass', ...on('a', 'd') },
      c: { code: 'pass', ...on('b') },
      d: { code: 'pass' },
      e: { code: 'pass', run_if: 'ALL_DONE', ...on('a') },
    })
    const result = await run(folder)
    expect(statesOf(result)).toEqual({ a: 'DISABLED', b: 'EXCLUDED', c: 'EXCLUDED', d: 'SUCCESS', e: 'SUCCESS' })
    expect(result.state).toBe('SUCCESS')
    expect(result.tasks[0]!.error).toMatchObject({
      name: 'NotHere',
      message: 'This machine cannot run `%scala`: the task runs on Databricks only.',
    })
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })

  test('that cannot be run is refused before anything starts', async () => {
    await expect(run(tmpdir())).rejects.toThrow(/DB-1403/)
    await expect(run(bundle({ a: { code: 'pass', ...on('b') }, b: { code: 'pass', ...on('a') } }))).rejects.toThrow(
      /`a`, `b`.*DB-1403/,
    )
    await expect(run(bundle({ a: { code: 'pass' } }), { job: 'other' })).rejects.toThrow(/Its jobs are `j`.*DB-1403/)
  })

  test('says of tasks of other types, and of missing notebooks, that they failed', async () => {
    const result = await run(
      bundle({ a: { sql_task: {} }, b: { notebook_task: { notebook_path: '../src/tasks/none.py' } } }),
    )
    expect(result.tasks.map(({ state, error }) => [state, error?.name])).toEqual([
      ['FAILED', 'NotHere'],
      ['FAILED', 'Problem'],
    ])
  })

  test('leaves a record of every step, whole at any time', async () => {
    const folder = bundle({ a: { code: 'pass' } })
    const seen: unknown[] = []
    const task = () => {
      for (const file of readdirSync(join(folder, '.dagbook/runs'))) {
        if (file.endsWith('.json'))
          seen.push(
            (JSON.parse(readFileSync(join(folder, '.dagbook/runs', file), 'utf8')) as { tasks: { state: string }[] })
              .tasks[0]!.state,
          )
      }
    }
    await run(folder, { events: { task } })
    expect(seen).toEqual(['RUNNING', 'SUCCESS'])
  })
})

describe('states', () => {
  test.each([
    ['ALL_SUCCESS', ['SUCCESS', 'EXCLUDED'], 'run'],
    ['ALL_SUCCESS', ['SUCCESS', 'FAILED'], 'UPSTREAM_FAILED'],
    ['ALL_SUCCESS', ['EXCLUDED', 'EXCLUDED'], 'EXCLUDED'],
    ['ALL_SUCCESS', ['CANCELED'], 'UPSTREAM_CANCELED'],
    ['NONE_FAILED', ['SUCCESS', 'EXCLUDED'], 'run'],
    ['NONE_FAILED', ['TIMEDOUT'], 'UPSTREAM_FAILED'],
    ['AT_LEAST_ONE_SUCCESS', ['FAILED', 'SUCCESS'], 'run'],
    ['AT_LEAST_ONE_SUCCESS', ['FAILED'], 'UPSTREAM_FAILED'],
    ['ALL_FAILED', ['FAILED', 'SUCCESS'], 'EXCLUDED'],
    ['ALL_FAILED', ['FAILED', 'UPSTREAM_FAILED'], 'run'],
    ['AT_LEAST_ONE_FAILED', ['FAILED', 'SUCCESS'], 'run'],
    ['ALL_DONE', ['FAILED', 'CANCELED'], 'run'],
  ] as const)('%s after %j: %s', (runIf, before, verdict) => {
    expect(afterDependencies(runIf, before)).toBe(verdict)
  })

  test('of a run follow from its last tasks', () => {
    expect(resultOfRun(['FAILED', 'SUCCESS'], ['SUCCESS'])).toBe('SUCCESS_WITH_FAILURES')
    expect(resultOfRun(['FAILED', 'UPSTREAM_FAILED'], ['UPSTREAM_FAILED'])).toBe('FAILED')
    expect(resultOfRun(['SUCCESS', 'CANCELED'], ['CANCELED'])).toBe('CANCELED')
    expect(resultOfRun(['SUCCESS', 'EXCLUDED'], ['EXCLUDED'])).toBe('SUCCESS')
  })
})

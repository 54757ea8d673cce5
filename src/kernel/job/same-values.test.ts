import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSql } from '../analysis/index.ts'
import { buildBundle } from '../bundle/index.ts'
import { readText } from '../notebook/source/read.ts'
import type { Plan } from '../plan/index.ts'
import { notebookOf, planOf } from '../plan/testing/plan-text.ts'
import { startWorker, type WorkerHost } from '../engine/index.ts'
import { runJob } from './index.ts'
import { plainWorkers, testPython } from './testing/plain-workers.ts'
import { randomNotebook } from './testing/random-notebook.ts'

interface Told {
  readonly plain: readonly string[]
  readonly job: readonly string[]
  readonly error: string | null
  readonly failed: string | null
}

let python: ChildProcess
let answers: AsyncIterator<string>
const root = mkdtempSync(join(tmpdir(), 'dagbook-same-'))
beforeAll(async () => {
  await loadSql()
  python = spawn(testPython, ['-B', join(import.meta.dirname, 'testing/compare_runs.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  answers = createInterface({ input: python.stdout! })[Symbol.asyncIterator]()
})
afterAll(() => {
  python.kill()
  rmSync(root, { recursive: true, force: true })
})

/** Runs the cells from top to bottom, and the tasks of their plan in an order that shows a missing dependency. */
async function compare(cells: readonly string[]): Promise<Told & { plan: Plan }> {
  const plan = planOf(notebookOf(cells))
  const folder = mkdtempSync(join(root, 'run-'))
  const bundle = writeBundle(plan, folder)
  const tasks = lastFirst(plan).map((key) => ({
    key,
    cells: readText(bundle.get(`build/notebook/src/tasks/${key}.py`)!, 'python')
      .cells.filter(({ kind }) => kind === 'python')
      .map(({ source }) => source),
    parameters: {
      dagbook_root: folder,
      dagbook_source: join(folder, 'build/notebook/src'),
      dagbook_handover: join(folder, 'handover'),
      dagbook_run: '1',
      dagbook_task: key,
      dagbook_attempt: '1',
    },
  }))
  python.stdin!.write(`${JSON.stringify({ cells, tasks, root: folder })}\n`)
  const told = JSON.parse((await answers.next()).value as string) as Told
  return { ...told, plan }
}

function writeBundle(plan: Plan, folder: string): ReadonlyMap<string, string> {
  const { files, root: text } = buildBundle(plan, {}, { path: 'notebook.py', modules: new Map(), project: 'p' })
  for (const [path, content] of [...files, ['databricks.yml', text] as const]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return files
}

/** Of all tasks that may run, always the last in the document. */
function lastFirst({ tasks }: Plan): string[] {
  const done: string[] = []
  while (done.length < tasks.length) {
    const ready = tasks.filter(
      ({ key, dependsOn }) => !done.includes(key) && dependsOn.every((each) => done.includes(each)),
    )
    done.push(ready.at(-1)!.key)
  }
  return done
}

const runs = Number(process.env['DAGBOOK_TEST_RUNS'] ?? 40)

test('a job prints what a run from top to bottom prints', { timeout: 600_000 + 500 * runs }, async () => {
  let ran = 0
  const notebooks = fc.array(fc.nat(997), { minLength: 4, maxLength: 40 }).map(randomNotebook)
  await fc.assert(
    fc.asyncProperty(notebooks, async (cells) => {
      const { plan, plain, job, error, failed } = await compare(cells)
      fc.pre(error === null && plan.refused.length === 0)
      ran++
      expect(failed).toBeNull()
      expect([...job].sort()).toEqual([...plain].sort())
    }),
    { numRuns: runs },
  )
  expect(ran).toBeGreaterThan(20)
})

test('of objects that are changed through another name', async () => {
  const cells = [
    'a = [[1], 2]',
    'b = a[0]',
    'b.append(3)',
    'c = {"a": a}',
    'c["a"].append(4)',
    'print("cell:", a, b, c)',
  ]
  const { plain, job } = await compare(cells)
  expect(job).toEqual(plain)
})

test('the runner plays the same files to the same end', async () => {
  const cells = [
    'import math\na = [math.floor(1.5)]',
    'a.append(2)',
    'b = sum(a)',
    'assert (a, b) == ([1, 2], 3)\nopen("end", "w").close()',
  ]
  const folder = mkdtempSync(join(root, 'run-'))
  writeBundle(planOf(notebookOf(cells)), folder)
  const result = await runJob({ folder, parallel: 2, workers: plainWorkers() })
  expect(result.tasks.map(({ state, error }) => [state, error])).toEqual(result.tasks.map(() => ['SUCCESS', null]))
})

test('a value that cannot be passed on names its cell', async () => {
  const folder = mkdtempSync(join(root, 'run-'))
  const cells = [
    '# maker\ndef make():\n    import threading\n    return [threading.Lock()]\nlocks = make()\nprint(locks)',
    'n = len(locks)\nopen("n", "w").close()',
  ]
  writeBundle(planOf(notebookOf(cells)), folder)
  const result = await runJob({ folder, parallel: 1, workers: plainWorkers() })
  expect(result.state).toBe('FAILED')
  expect(result.tasks.find(({ state }) => state === 'FAILED')!.error).toMatchObject({
    name: 'HandoverError',
    message: expect.stringContaining('`locks` of cell `maker` cannot be passed on') as string,
    cell: 'maker',
  })
})

test('the worker of the product runs the exported files as well', async () => {
  const folder = mkdtempSync(join(root, 'run-'))
  const cells = [
    'import math\na = [math.floor(1.5)]\nb = a',
    '# more\nb.append(2)',
    '# look\nprint("seen", a)\n1 / 0',
    '# fails\ndef half(x):\n    return x / 0\n\n\nc = len(a)\nd = half(c)',
  ]
  writeBundle(planOf(notebookOf(cells)), folder)
  const said: string[] = []
  const workerPath = join(import.meta.dirname, '../engine/worker')
  const missing = () => Promise.reject(new Error('there is no engine in this test'))
  const start = (_: unknown, host: WorkerHost) =>
    startWorker({ python: testPython, workerPath, cwd: folder, resultsFolder: folder, host })
  const result = await runJob({
    folder,
    parallel: 2,
    workers: { start, host: () => ({ place: missing, engine: missing }) },
    events: { stdout: (task, text) => said.push(`${task}: ${text.trim()}`) },
  })
  expect(said).toContain('look: seen [1, 2]')
  expect(result.tasks.map(({ key, state, error }) => [key, state, error?.cell, error?.line])).toEqual([
    ['fails', 'FAILED', 'fails', expect.any(Number)],
    ['look', 'FAILED', 'look', 2],
    ['math', 'SUCCESS', undefined, undefined],
    ['more', 'SUCCESS', undefined, undefined],
  ])
})

test('a Python process that dies is told by name, with the cell that ran, and without advice for an editor', async () => {
  const folder = mkdtempSync(join(root, 'run-'))
  writeBundle(planOf(notebookOf(['a = [sum([1])]', '# deadly\nimport os\na.append(2)\nos._exit(3)'])), folder)
  const workerPath = join(import.meta.dirname, '../engine/worker')
  const missing = () => Promise.reject(new Error('there is no engine in this test'))
  const start = (_: unknown, host: WorkerHost) =>
    startWorker({ python: testPython, workerPath, cwd: folder, resultsFolder: folder, host })
  const workers = { start, host: () => ({ place: missing, engine: missing }) }
  const result = await runJob({ folder, parallel: 1, workers })
  expect(result.tasks.find(({ state }) => state === 'FAILED')!.error).toEqual({
    name: 'PythonDied',
    message: 'The Python process that ran the notebook ended with exit code 3. [DB-1202]',
    cell: 'deadly',
    line: null,
  })
})

test('values that share memory, and state of libraries, are in a job what they are in a plain run', async () => {
  const frames = [
    'import pandas as pd\ndf = pd.DataFrame({"s": [1.0, None], "t": ["x", "y"]})',
    's = df["s"]\nt = df["t"]\nprint("cell:", s.sum())',
    'df.loc[0, "s"] = 9\ndf.loc[1, "t"] = "z"',
    'print("cell:", s.tolist(), t.tolist(), df.s.tolist())',
  ]
  const libraries = [
    'import decimal, sys\ndecimal.getcontext().prec = 5',
    'n = sum([333])',
    'sys.setrecursionlimit(n)',
    'x = decimal.Decimal(1) / sum([3])\nprint("cell:", x, sys.getrecursionlimit())',
    'def precise(n):\n    decimal.getcontext().prec = n',
    'precise(3)',
    'context = decimal.getcontext()\ncontext.rounding = decimal.ROUND_UP',
    'y = decimal.Decimal(1) / sum([3])\nprint("cell:", y, x)',
  ]
  for (const cells of [frames, libraries]) {
    const { plain, job, error, failed } = await compare(cells)
    expect([error, failed]).toEqual([null, null])
    expect([...job].sort()).toEqual([...plain].sort())
  }
})

import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { dagbook, makeProject, printed } from '../support/cli.ts'
import { notebookFile } from '../support/random-pipeline.ts'
import { checkShape, graphShape, jobShape, planShape, runShape } from '../support/shapes.ts'

// What scripts and editors build on: shapes of JSON, nothing else on stdout, exit codes.

const good = notebookFile([
  '%md\n# Orders',
  'import json\n\ndbutils.widgets.text("rate", "2", "Rate")\nrate = int(dbutils.widgets.get("rate"))',
  '# DBTITLE 1,Load orders\norders = [json.loads(text) for text in ("1", "2", "3")]\nprint("loaded", len(orders))',
  '# DBTITLE 1,Convert\nconverted = [order * rate for order in orders]\nconverted',
  'orders.append(4)',
  'print(sum(converted), orders)',
])
const failing = notebookFile([
  'a = [0]',
  '# DBTITLE 1,Divide\na.append(2)\nb = 1 / a[0]',
  'c = [b]\nprint(c)',
  'print("apart")',
])
const unknownName = notebookFile(['a = 1', '# DBTITLE 1,Wrong\na += 1\nprint(nobody_made_this)'])

let folder: string
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, remove } = await makeProject({
    'good.py': good,
    'failing.py': failing,
    'unknown.py': unknownName,
  }))
})
afterAll(() => remove())
const at = (name: string): string => join(folder, name)

test('graph tells cells, edges with reasons and diagnostics', async () => {
  const ended = await dagbook('graph', at('good.py'), '--json')
  const { cells, edges, diagnostics } = printed(graphShape, ended)
  expect(ended.code).toBe(0)
  expect(cells.map(({ key, index, kind, title }) => [key, index, kind, title])).toEqual([
    ['cell_1', 0, 'markdown', null],
    [expect.any(String), 1, 'python', null],
    ['load_orders', 2, 'python', 'Load orders'],
    ['convert', 3, 'python', 'Convert'],
    [expect.any(String), 4, 'python', null],
    [expect.any(String), 5, 'python', null],
  ])
  expect(edges.find(({ from, to }) => from === 'load_orders' && to === 'convert')!.reasons).toEqual([
    { kind: 'value', resource: 'name:orders', order: 'read-after-write' },
  ])
  expect(edges.find(({ from, to }) => from === cells[1]!.key && to === 'convert')!.reasons).toContainEqual({
    kind: 'value',
    resource: 'name:rate',
    order: 'read-after-write',
  })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
})

test('run tells what each cell came to, and how it goes on stderr', async () => {
  const ended = await dagbook('run', at('good.py'), '--json', '--param', 'rate=5')
  const { cells } = printed(runShape, ended)
  expect(ended.code).toBe(0)
  expect(cells.map(({ state }) => state)).toEqual(Array(6).fill('fresh'))
  expect(cells[2]).toMatchObject({ key: 'load_orders', stdout: 'loaded 3\n', text: '', error: null })
  expect(cells[3]).toMatchObject({ key: 'convert', stdout: '', text: '[5, 10, 15]' })
  expect(cells[5]).toMatchObject({ stdout: '30 [1, 2, 3, 4]\n', text: '' })
  expect(ended.stderr).toContain('load_orders')
})

test('run ends with 1 when a cell fails, and goes on with what does not need it', async () => {
  const ended = await dagbook('run', at('failing.py'), '--json', '--save')
  const { cells } = printed(runShape, ended)
  expect(ended.code).toBe(1)
  expect(cells.map(({ state, stdout }) => [state, stdout])).toEqual([
    ['fresh', ''],
    ['failed', ''],
    ['blocked', ''],
    ['fresh', 'apart\n'],
  ])
  expect(cells[1]!.error).toEqual({ name: 'ZeroDivisionError', message: 'division by zero', line: 2 })
  expect(ended.stderr).toContain('Nothing was saved')
})

test('check is a list for editors, with lines of the file, and ends with 1 on errors only', async () => {
  const clean = await dagbook('check', at('good.py'), '--json')
  expect(printed(checkShape, clean).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(clean.code).toBe(0)

  const found = await dagbook('check', at('good.py'), at('unknown.py'), '--json')
  const { diagnostics } = printed(checkShape, found)
  const named = diagnostics.find(({ message }) => message.includes('nobody_made_this'))!
  expect(named).toMatchObject({ path: at('unknown.py'), cell: 'wrong', line: 2 })
  expect(unknownName.split('\n')[named.file_line - 1]).toContain('nobody_made_this')
  expect(found.code).toBe(diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0)

  const plain = await dagbook('check', at('unknown.py'))
  expect(plain.stdout).toContain(`${at('unknown.py')}:${named.file_line}:`)
})

test('plan tells tasks, their order and what they pass on', async () => {
  const ended = await dagbook('plan', at('good.py'), '--json')
  const { tasks } = printed(planShape, ended)
  expect(ended.code).toBe(0)
  const keys = tasks.map(({ key }) => key)
  for (const { depends_on, handover } of tasks) {
    expect(keys).toEqual(expect.arrayContaining(depends_on))
    for (const { name, from } of handover.in) {
      expect(tasks.find(({ key }) => key === from)!.handover.out).toContain(name)
    }
  }
  expect(tasks.find(({ cells }) => cells.includes('convert'))!.depends_on).toContain('load_orders')
})

test('export --out writes a complete bundle, again without a change, and job run plays it', async () => {
  const shape = z.object({ folder: z.string(), written: z.array(z.string()) })
  const ended = await dagbook('export', at('good.py'), '--out', at('out'), '--json')
  const { written } = printed(shape, ended)
  expect(ended.code).toBe(0)
  expect(written).toEqual(
    expect.arrayContaining(['databricks.yml', 'build/good/resources/good.job.yml', 'build/good/src/cells.json']),
  )
  for (const path of written) expect(existsSync(join(folder, 'out', path)), path).toBe(true)
  expect(existsSync(at('build'))).toBe(false)

  const again = await dagbook('export', at('good.py'), '--out', at('out'), '--json')
  expect(printed(shape, again).written).toEqual([])

  const job = await dagbook('job', 'run', at('out'), '--json', '--param', 'rate=5', '--parallel', '1')
  const result = printed(jobShape, job)
  expect(job.code).toBe(0)
  expect(result.state).toBe('SUCCESS')
  expect(result.tasks.map(({ state, attempts, error }) => [state, attempts, error])).toEqual(
    result.tasks.map(() => ['SUCCESS', 1, null]),
  )
  expect(job.stderr).toContain('30 [1, 2, 3, 4]')
})

test('export writes into build, beside a databricks.yml that stays as it is', async () => {
  const ended = await dagbook('export', at('good.py'))
  expect(ended.code).toBe(0)
  expect(existsSync(at('build/good/resources/good.job.yml'))).toBe(true)
  expect(await readFile(at('databricks.yml'), 'utf8')).toBe('bundle:\n  name: test\n')
  await rm(at('build'), { recursive: true })
})

test('job run tells which cell and line failed, and what failed because of it', async () => {
  const ended = await dagbook('job', 'run', at('failing.py'), '--json')
  const { state, tasks } = printed(jobShape, ended)
  expect(ended.code).toBe(1)
  expect(state).toBe('FAILED')
  const failed = tasks.filter((task) => task.state === 'FAILED')
  expect(failed).toHaveLength(1)
  expect(failed[0]!.error).toMatchObject({ name: 'ZeroDivisionError', cell: 'divide', line: 2 })
  expect(tasks.map((task) => task.state).sort()).toEqual(['FAILED', 'SUCCESS', 'UPSTREAM_FAILED'])
  expect(existsSync(at('build'))).toBe(false)
})

test('without --json the same commands speak to people', async () => {
  for (const [command, word] of [
    ['graph', 'convert'],
    ['plan', 'convert'],
    ['run', 'fresh'],
  ] as const) {
    const { code, stdout } = await dagbook(command, at('good.py'))
    expect(code).toBe(0)
    expect(stdout).toContain(word)
    expect(() => void JSON.parse(stdout)).toThrow()
  }
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { dagbook, makeProject, printed } from '../support/cli.ts'

const code = (source: string, count: number | null = null, outputs: unknown[] = []) => ({
  cell_type: 'code',
  execution_count: count,
  id: `c${source.length}`,
  metadata: {},
  outputs,
  source: source.match(/[^\n]*\n|[^\n]+$/g) ?? [],
})
const ipynb = (...cells: object[]): string =>
  `${JSON.stringify({ cells, metadata: { kernelspec: { name: 'python3' } }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`

const main = ipynb(
  { cell_type: 'markdown', id: 'm', metadata: {}, source: ['# Words'] },
  { cell_type: 'raw', id: 'r', metadata: {}, source: ['not run'] },
  code('%run ./shared', 1),
  code('%matplotlib inline\nrows = [RATE, 2]', 5),
  code('rows.append(3)', 6, [{ name: 'stdout', output_type: 'stream', text: ['[[{"cells": []}\n'] }]),
  code('%%time\nprint(sum(rows))', 4),
  code('%%bash\necho from the shell', 7),
)
const files = {
  'main.ipynb': main,
  'shared.ipynb': ipynb(code('import helper\nRATE = helper.rate()')),
  'helper.py': 'def rate():\n    return 10\n',
  'cut.ipynb': main.slice(0, main.length / 2),
  'conflict.ipynb': main.replace(/^ "nbformat"/m, '<<<<<<< HEAD\n "a"\n=======\n>>>>>>> b\n "nbformat"'),
  'other.ipynb': '{"a": 1}\n',
  'old.ipynb': '{"nbformat": 2,\n "worksheets": []}\n',
  'comma.ipynb': main.replace('"rows', '"a" "rows'),
}

let folder: string
let remove: () => Promise<void>
beforeAll(async () => ({ folder, remove } = await makeProject(files)))
afterAll(() => remove())
const at = (path: string): string => join(folder, path)

const Graph = z.object({
  cells: z.array(z.object({ key: z.string(), kind: z.string() })),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
})
const Check = z.object({
  diagnostics: z.array(
    z.object({ file_line: z.number(), code: z.string(), severity: z.string(), message: z.string() }),
  ),
})

describe('a Jupyter notebook', () => {
  test('has a graph', async () => {
    const { cells, edges } = printed(Graph, await dagbook('graph', at('main.ipynb'), '--json'))
    expect(cells.map(({ key, kind }) => `${key} ${kind}`)).toEqual([
      'cell_1 markdown',
      'cell_2 raw',
      'helper run',
      'rows python',
      'rows_2 python',
      'cell_6 python',
      'cell_7 sh',
    ])
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toEqual(
      expect.arrayContaining(['helper rows', 'rows rows_2', 'rows_2 cell_6']),
    )
  })

  test('is checked, with the lines of its file', async () => {
    const { diagnostics } = printed(Check, await dagbook('check', at('main.ipynb'), '--json'))
    const found = diagnostics.find((each) => each.code === 'ran-out-of-order')!
    expect(main.split('\n')[found.file_line - 1]).toContain('print(sum(rows))')
  })

  test('runs, and so does the job that is made from it, with the same output', async () => {
    const Run = z.object({ cells: z.array(z.object({ key: z.string(), state: z.string(), stdout: z.string() })) })
    const { cells } = printed(Run, await dagbook('run', at('main.ipynb'), '--json'))
    expect(cells.map(({ state }) => state)).toEqual(Array(7).fill('fresh'))
    expect(cells[5]!.stdout).toMatch(/^15\n/)
    expect(cells[6]!.stdout).toBe('from the shell\n')

    const job = await dagbook('job', 'run', at('main.ipynb'), '--scratch')
    expect(job.stdout + job.stderr).toMatch(/: 15\n/)
    expect(job.code).toBe(0)
  })

  test('is planned and exported, with the notebook that it runs', async () => {
    expect((await dagbook('plan', at('main.ipynb'))).code).toBe(0)
    const { written } = printed(z.object({ written: z.array(z.string()) }), await dagbook('export', at('main.ipynb'), '--out', at('out'), '--json')) // prettier-ignore
    expect(written).toEqual(expect.arrayContaining(['build/main/src/shared.ipynb', 'build/main/src/helper.py']))
    expect((await dagbook('job', 'run', at('out'))).code).toBe(0)
  })

  test('is converted to source, says what is left, and never over a file', async () => {
    const ended = await dagbook('convert', at('main.ipynb'))
    expect(ended.stdout).toBe(`${at('main.py')}\n`)
    expect(ended.stderr).toContain('The stored outputs of 1 cell')
    const source = await readFile(at('main.py'), 'utf8')
    expect(source).toMatch(/^# Databricks notebook source\n# MAGIC %md\n# MAGIC # Words\n/)
    const { cells } = printed(Graph, await dagbook('graph', at('main.py'), '--json'))
    expect(cells.map(({ kind }) => kind)).toEqual(['markdown', 'markdown', 'run', 'python', 'python', 'python', 'sh'])
    const again = await dagbook('convert', at('main.ipynb'))
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/file of that name already.*DB-1008/)])
    expect((await dagbook('convert', at('main.py'), '--out', at('back.ipynb'))).code).toBe(0)
    expect((await dagbook('convert', at('main.ipynb'), '--out', at('main.txt'))).stderr).toContain('DB-1603')
    expect(await readFile(at('main.ipynb'), 'utf8')).toBe(main)
  })
})

test.each([
  ['cut.ipynb', 'DB-1004', /ends in the middle/],
  ['conflict.ipynb', 'DB-1003', /merge conflict/],
  ['other.ipynb', 'DB-1001', /without nbformat and cells/],
  ['old.ipynb', 'DB-1012', /older/],
  ['comma.ipynb', 'DB-1011', /comma is missing/],
])('%s is refused by %s, with its line', async (path, code, what) => {
  for (const command of ['graph', 'run', 'plan', 'export', 'convert']) {
    const { code: exit, stderr } = await dagbook(command, at(path))
    expect(exit).toBe(2)
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(new RegExp(`${path}:\\d+\\).*${code}`))
  }
})

test('the big example runs from the top, and is told where its stored outputs are not to be trusted', async () => {
  const notebook = join(import.meta.dirname, '../../examples/big-notebook/rain_model.ipynb')
  const example = await makeProject({
    'rain_model.ipynb': await readFile(notebook),
    'data/weather.csv.gz': await readFile(join(notebook, '../data/weather.csv.gz')),
  })
  try {
    const { diagnostics } = printed(Check, await dagbook('check', join(example.folder, 'rain_model.ipynb'), '--json'))
    const told = diagnostics.filter((each) => each.code === 'ran-out-of-order')
    expect(told.length).toBeGreaterThan(10)
    expect(told.map(({ message }) => message).join('\n')).toContain('X came from the cell p ([36])')
    const Run = z.object({ cells: z.array(z.object({ state: z.string(), stdout: z.string() })) })
    const { cells } = printed(Run, await dagbook('run', join(example.folder, 'rain_model.ipynb'), '--json'))
    expect(new Set(cells.map(({ state }) => state))).toEqual(new Set(['fresh']))
    expect(cells.at(-1)!.stdout).toMatch(/^10 features, limit 0\.2, accuracy 0\.9/)
  } finally {
    await example.remove()
  }
})

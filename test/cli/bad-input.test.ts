import { readdir, readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dagbook, makeProject, printed, type Ended } from '../support/cli.ts'
import { notebookFile } from '../support/random-pipeline.ts'
import { checkShape, runShape } from '../support/shapes.ts'

const header = '# Databricks notebook source\n'
const files = {
  'other.py': 'print("a script")\n',
  'empty.py': '',
  'short.py': `${header}a = 1\n\n# COMMAND -----`,
  'latin.py': Buffer.concat([Buffer.from(`${header}a = 1\nb = "caf`), Buffer.from([0xe9]), Buffer.from('"\n')]),
  'conflict.py': `${header}a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> other\n`,
  'syntax.py': notebookFile(['a = 1', 'b = a +', 'print(b)', 'print("apart", a)']),
  'deadly.py': notebookFile(['a = [1]', 'import os\nb = a\nos._exit(3)', 'print(b)', 'print("apart", a)']),
  'text.py': notebookFile(['%md\n# Only text', '%md\nMore']),
  'nothing.py': header,
  'tuned.py': notebookFile(['a = [1]\na.append(2)']),
  'tuned.dagbook.yml': 'tasks:\n  - task_key: nobody\n    max_retries: 1\n',
  'good.py': notebookFile(['dbutils.widgets.text("rate", "2")\nrate = dbutils.widgets.get("rate")', 'print(rate)']),
}

let folder: string
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, remove } = await makeProject(files))
})
afterAll(() => remove())
const at = (name: string): string => join(folder, name)

/** Refused: one sentence on stderr that names the place, a code, nothing on stdout, no stack. */
function expectRefusal({ code, stdout, stderr }: Ended, says: RegExp, problem: string): void {
  expect(stderr).toMatch(says)
  expect(stderr).toContain(`[${problem}]`)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stdout).toBe('')
  expect(code).toBe(2)
}

const refused = [
  ['a file that is not a notebook', 'other.py', 1, /not a notebook/i, 'DB-1001'],
  ['an empty file', 'empty.py', 1, /empty/, 'DB-1001'],
  ['a file that was cut short', 'short.py', 4, /ends inside/, 'DB-1004'],
  ['a file that is not UTF-8', 'latin.py', 3, /UTF-8/, 'DB-1002'],
  ['a file with conflict markers', 'conflict.py', 3, /merge conflict/, 'DB-1003'],
  ['a missing file', 'missing.py', 1, /no such/i, 'DB-1005'],
] as const

test.each(refused)('%s is refused by every command, with its place', async (_, name, line, says, problem) => {
  const before = await readFile(at(name)).catch(() => null)
  for (const command of [['graph'], ['run'], ['plan'], ['export'], ['job', 'run']]) {
    const ended = await dagbook(...command, at(name), '--json')
    expectRefusal(ended, says, problem)
    expect(ended.stderr).toContain(at(name))
  }
  const check = await dagbook('check', at(name), '--json')
  expect(check.code).toBe(1)
  const { diagnostics } = printed(checkShape, check)
  expect(diagnostics).toHaveLength(1)
  expect(diagnostics[0]).toMatchObject({ path: at(name), file_line: line, severity: 'error', code: problem })
  expect(await readFile(at(name)).catch(() => null)).toEqual(before)
})

test('a cell that does not parse is shown by check, fails alone in a run, and stops the export', async () => {
  const check = await dagbook('check', at('syntax.py'), '--json')
  expect(check.code).toBe(1)
  const error = printed(checkShape, check).diagnostics.find(({ severity }) => severity === 'error')!
  expect(files['syntax.py'].split('\n')[error.file_line - 1]).toBe('b = a +')

  const run = await dagbook('run', at('syntax.py'), '--json')
  expect(run.code).toBe(1)
  const { cells } = printed(runShape, run)
  expect(cells[1]).toMatchObject({ state: 'failed', error: { name: 'SyntaxError', line: 1 } })
  expect(cells[0]!.state).toBe('fresh')
  expect(cells[3]).toMatchObject({ state: 'fresh', stdout: 'apart 1\n' })

  const refusal = await dagbook('export', at('syntax.py'))
  expectRefusal(refusal, /parse|syntax/i, 'DB-1401')
  expect(await readdir(folder)).not.toContain('build')
})

test('a cell that kills the Python process fails alone', async () => {
  const run = await dagbook('run', at('deadly.py'), '--json')
  expect(run.code).toBe(1)
  const { cells } = printed(runShape, run)
  expect(cells.map(({ state }) => state)).toEqual(['fresh', 'failed', 'blocked', 'fresh'])
  expect(cells[1]!.error!.message).toMatch(/process/i)
  expect(cells[3]!.stdout).toBe('apart [1]\n')

  const job = await dagbook('job', 'run', at('deadly.py'))
  expect(job.code).toBe(1)
  expect(job.stdout).toContain('FAILED')
  expect(job.stdout).toContain('PythonDied: ')
  expect(job.stdout).not.toContain('nothing you typed')
})

test('a port that is taken is named', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  try {
    const ended = await dagbook('open', folder, '--web', '--no-browser', '--port', String(port))
    expectRefusal(ended, new RegExp(`${port}`), 'DB-1601')
  } finally {
    other.close()
  }
})

test('a parameter that the notebook does not have is refused, with those that it has', async () => {
  const run = await dagbook('run', at('good.py'), '--param', 'rat=3', '--json')
  expectRefusal(run, /no parameter rat\b.*rate/, 'DB-1303')
  const job = await dagbook('job', 'run', at('good.py'), '--param', 'rat=3', '--json')
  expectRefusal(job, /no parameter `?rat\b/, 'DB-1303')
  const malformed = await dagbook('run', at('good.py'), '--param', 'rate')
  expectRefusal(malformed, /name=value/, 'DB-1603')
})

test.each([
  [['nonsense'], /unknown command/],
  [['run'], /missing required argument/],
  [['run', 'a.py', '--fast'], /unknown option/],
  [['job'], /Usage/],
])('the arguments %j are refused', async (args, says) => {
  const { code, stdout, stderr } = await dagbook(...args)
  expect(stderr).toMatch(says)
  expect([code, stdout]).toEqual([2, ''])
})

test.each([
  [['job', 'run', 'a.py', '--parallel', '0'], /--parallel 0 is not a whole number from 1 on/],
  [['open', '--web', '--port', 'http'], /--port http is not a whole number from 0 to 65535/],
  [['open', '--web', '--port', '99999'], /--port 99999 is not a whole number from 0 to 65535/],
])('the number in %j is refused', async (args, says) => {
  expectRefusal(await dagbook(...args), says, 'DB-1603')
})

test('a notebook without a cell that does work has no job: one sentence, one code', async () => {
  for (const name of ['text.py', 'nothing.py']) {
    for (const command of [['export'], ['job', 'run']]) {
      const ended = await dagbook(...command, at(name))
      expectRefusal(ended, /has no cell that does work, so there is no job to write/, 'DB-1405')
      expect(ended.stderr.match(/DB-\d+/g)).toHaveLength(1)
      expect(ended.stderr).not.toMatch(/settings/)
    }
    expect((await dagbook('run', at(name))).code).toBe(0)
  }
})

test('settings that cannot be laid onto the job are refused with one code', async () => {
  const ended = await dagbook('export', at('tuned.py'))
  expectRefusal(ended, /`nobody`/, 'DB-1402')
  expect(ended.stderr.match(/DB-\d+/g)).toHaveLength(1)
})

test('check tells people path, sentence and code once each', async () => {
  const { stdout } = await dagbook('check', at('other.py'))
  for (const once of [at('other.py'), 'DB-1001']) expect(stdout.split(once)).toHaveLength(2)
})

test('--help is no failure', async () => {
  const { code, stdout } = await dagbook('run', '--help')
  expect(code).toBe(0)
  expect(stdout).toContain('--param')
})

test.each([
  ['the target is a file', { target: 'a file' }],
  ['a folder of the export is a file', { 'target/build': 'a file' }],
  ['a deeper folder of the export is a file', { 'target/build/good/src': 'a file' }],
  ['a file of the export is a folder', { 'target/build/good/resources/good.job.yml/note': 'in a folder' }],
])('an export that cannot be written leaves nothing half-written: %s', async (_, there) => {
  const project = await makeProject({ 'good.py': files['good.py'], ...there })
  try {
    const before = await tree(project.folder)
    const ended = await dagbook('export', join(project.folder, 'good.py'), '--out', join(project.folder, 'target'))
    expectRefusal(ended, /could not be written/, 'DB-1404')
    expect(await tree(project.folder)).toEqual(before)
  } finally {
    await project.remove()
  }
})

async function tree(root: string): Promise<string[]> {
  return (await readdir(root, { recursive: true })).filter((path) => !path.startsWith('.dagbook')).sort()
}

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { goTheWholeWay } from '../support/agreement.ts'
import { dagbook, printed } from '../support/cli.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dagbook-init-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

test('a new project has all it needs, and its notebook goes the whole way', async () => {
  const project = join(root, 'Daily orders')
  const made = await dagbook('init', project, '--json')
  expect(made.code).toBe(0)
  const { written } = printed(z.object({ written: z.array(z.string()) }), made)
  expect(written.map((path) => path.slice(project.length + 1)).sort()).toEqual([
    '.gitignore',
    'Daily_orders.py',
    'databricks.yml',
  ])
  expect((await readdir(project)).sort()).toEqual(['.gitignore', 'Daily_orders.py', 'databricks.yml'])

  const copy = join(root, 'copy')
  await cp(project, copy, { recursive: true })
  const seen = await goTheWholeWay(project, copy, 'Daily_orders.py', 'notebook')
  expect(seen.graph.diagnostics).toEqual([])
  expect(seen.run.cells.map(({ state }) => state)).toEqual(seen.run.cells.map(() => 'fresh'))
  expect(seen.run.cells.at(-1)!.stdout).toBe('good morning world\n')
  expect(seen.job.state).toBe('SUCCESS')
  const bundle = await dagbook('job', 'run', join(copy, 'build', 'Daily_orders'), '--param', 'name=all')
  expect(bundle.code).toBe(0)
  expect(bundle.stderr).toContain('good morning all')
})

test('git ignores what is hidden and never what is exported', async () => {
  const project = join(root, 'ignoring')
  await dagbook('init', project)
  const ignored = (await readFile(join(project, '.gitignore'), 'utf8')).split('\n').map((line) => line.trim())
  expect(ignored).toEqual(expect.arrayContaining(['.dagbook/', '.databricks/']))
  expect(ignored.filter((line) => /build|^\*$|^\/$/.test(line))).toEqual([])
})

test('a folder that is a project already is refused and stays as it is', async () => {
  const project = join(root, 'twice')
  await dagbook('init', project)
  await writeFile(join(project, 'twice.py'), 'mine')
  const again = await dagbook('init', project, '--json')
  expect([again.code, again.stdout]).toEqual([2, ''])
  expect(again.stderr).toContain('project already')
  expect(await readFile(join(project, 'twice.py'), 'utf8')).toBe('mine')
})

test('a file that is there already is kept', async () => {
  const project = join(root, 'kept')
  await cp(join(root, 'twice'), project, { recursive: true })
  await rm(join(project, 'databricks.yml'))
  await writeFile(join(project, 'kept.py'), 'mine')
  expect((await dagbook('init', project)).code).toBe(0)
  expect(await readFile(join(project, 'kept.py'), 'utf8')).toBe('mine')
})

import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { dagbook, makeProject, printed } from '../support/cli.ts'
import { checkShape, jobShape, planShape } from '../support/shapes.ts'
import { tablesOf } from '../support/tables.ts'

const notebooks = z.object({
  notebooks: z.object({
    nodes: z.array(z.object({ key: z.string(), notebook: z.string().nullable(), known: z.boolean() })),
    edges: z.array(z.object({ from: z.string(), to: z.string() })),
  }),
})

const example = join(import.meta.dirname, '..', '..', 'examples', 'orchestration')
const orchestrators = ['SequentialOrchestration.py', 'ParallelOrchestration.py']
const four = ['DailyRevenue', 'DrinkRanking', 'RushHours', 'Guests']

async function copyOfExample(): Promise<Awaited<ReturnType<typeof makeProject>>> {
  const project = await makeProject({})
  await cp(example, project.folder, { recursive: true, filter: (path) => !/[/\\](\.dagbook|build)$/.test(path) })
  return project
}

test(
  'both orchestrators of the example are four notebooks in no order, and say what they hide',
  { timeout: 300_000 },
  async () => {
    for (const orchestrator of orchestrators) {
      const seen = printed(notebooks, await dagbook('graph', join(example, orchestrator), '--json')).notebooks
      expect(seen.nodes.map(({ key }) => key)).toEqual(four)
      expect(seen.nodes.every(({ known }) => known)).toBe(true)
      expect(seen.edges).toEqual([])
      const { diagnostics } = printed(checkShape, await dagbook('check', join(example, orchestrator), '--json'))
      expect(diagnostics.map(({ code }) => code)).toEqual(['hidden-workflow'])
    }
  },
)

test('converted, each is a job of four tasks side by side', { timeout: 300_000 }, async () => {
  const { folder, remove } = await copyOfExample()
  try {
    for (const orchestrator of orchestrators) {
      const path = join(folder, orchestrator)
      const before = await readFile(path, 'utf8')
      expect((await dagbook('convert-workflow', path, '--preview')).code).toBe(0)
      expect(await readFile(path, 'utf8')).toBe(before)
      expect((await dagbook('convert-workflow', path)).code).toBe(0)
      const { tasks } = printed(planShape, await dagbook('plan', path, '--json'))
      expect(tasks.map(({ depends_on, why }) => [why, depends_on])).toEqual(
        four.map((name) => [`It is the notebook \`${name}.py\`.`, []]),
      )
      expect((await dagbook('export', path)).code).toBe(0)
      const yaml = await readFile(
        join(folder, 'build', orchestrator.slice(0, -3), 'resources', `${orchestrator.slice(0, -3)}.job.yml`),
        'utf8',
      )
      expect(yaml.match(/notebook_path: /g)).toHaveLength(4)
      expect(yaml).toContain('month: "{{job.parameters.month}}"')
      expect(yaml).not.toContain('depends_on')
      expect((await dagbook('check', path)).code).toBe(0)
    }
  } finally {
    await remove()
  }
})

test(
  'the job of the example writes its five tables, and so does the orchestrator as it was',
  { timeout: 1_200_000 },
  async () => {
    const [parallel, plain] = [await copyOfExample(), await copyOfExample()]
    try {
      for (const { folder } of [parallel, plain]) {
        const setup = await dagbook('job', 'run', join(folder, 'Setup.py'), '--json')
        expect(printed(jobShape, setup).state).toBe('SUCCESS')
      }
      await dagbook('convert-workflow', join(parallel.folder, 'ParallelOrchestration.py'))
      const run = await dagbook('job', 'run', join(parallel.folder, 'ParallelOrchestration.py'), '--json')
      const { state, tasks } = printed(jobShape, run)
      expect(state).toBe('SUCCESS')
      expect(tasks).toHaveLength(4)
      // All began before one ended.
      const begun = run.stderr.split('\n').filter((line) => /^(RUNNING|SUCCESS)\b/.test(line))
      expect(begun.slice(0, 4).every((line) => line.startsWith('RUNNING'))).toBe(true)
      const old = await dagbook('job', 'run', join(plain.folder, 'SequentialOrchestration.py'), '--json')
      expect(printed(jobShape, old).state).toBe('SUCCESS')

      const tables = await tablesOf(parallel.folder)
      expect(Object.keys(tables).sort()).toEqual(
        ['daily_revenue', 'drink_ranking', 'guest_groups', 'guests', 'rush_hours', 'sales'].map(
          (name) => `main.coffee.${name}`,
        ),
      )
      expect(tables['main.coffee.daily_revenue']?.count).toBe(6 * 31)
      expect(tables['main.coffee.guest_groups']?.count).toBe(3)
      expect(await tablesOf(plain.folder)).toEqual(tables)
    } finally {
      await parallel.remove()
      await plain.remove()
    }
  },
)

const child = `# Databricks notebook source
dbutils.widgets.text("n", "1")
dbutils.notebook.exit(str(int(dbutils.widgets.get("n")) * 2))
`

test(
  'a task calls notebooks: each in a process of its own, with its arguments, its value and its failure',
  { timeout: 300_000 },
  async () => {
    const { folder, remove } = await makeProject({
      'lib/child.py': child,
      'lib/bad.py': '# Databricks notebook source\nraise ValueError("not today")\n',
      'main.py': `# Databricks notebook source
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    doubled = list(pool.map(lambda n: dbutils.notebook.run("./lib/child", 60, {"n": n}), [1, 2, 3]))
try:
    dbutils.notebook.run("./lib/bad", 60)
except Exception as error:
    print(doubled, error)
`,
    })
    try {
      const run = await dagbook('job', 'run', join(folder, 'main.py'), '--json')
      expect(printed(jobShape, run).state).toBe('SUCCESS')
      expect(run.stderr).toContain("['2', '4', '6'] The notebook")
      expect(run.stderr).toContain('ValueError: not today')
      const session = await dagbook('run', join(folder, 'main.py'), '--json')
      expect(session.stdout).toContain('run this one as a job')
    } finally {
      await remove()
    }
  },
)

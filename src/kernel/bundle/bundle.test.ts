import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readText } from '../notebook/source/read.ts'
import type { Plan, Task, TaskPiece } from '../plan/index.ts'
import {
  buildBundle,
  configurationOf,
  faultsOf,
  jobPayload,
  readSettings,
  type BundleOptions,
  type Mapping,
} from './index.ts'

const lines = (source: string) => source.split('\n').map((_, index) => index + 1)
const piece = (key: string, source: string, more: Partial<TaskPiece> = {}): TaskPiece => ({
  index: 0, key, source, lines: lines(source), setup: false, display: false, kind: 'python', title: null, ...more,
}) // prettier-ignore
const task = (key: string, more: Partial<Task> = {}): Task => ({
  key, pieces: [piece(key, 'pass')], dependsOn: [], handover: { in: [], out: [] }, description: '', why: '', ...more,
}) // prettier-ignore
const plan = (tasks: Task[], more: Partial<Plan> = {}): Plan => ({
  name: 'daily', tasks, parameters: [], modules: [], refused: [], ...more,
}) // prettier-ignore
const options: BundleOptions = { path: 'daily.py', modules: new Map(), project: 'shop' }

const example = plan(
  [
    task('load', {
      pieces: [
        piece('imports', 'import pandas as pd', { setup: true }),
        piece('load', 'df = pd.DataFrame()', { title: 'Load', gives: ['df'] }),
      ],
      handover: { in: [], out: ['df'] },
      description: 'Reads ${HOME} and {{x}}.',
    }),
    task('clean', {
      pieces: [
        piece('imports', 'import pandas as pd', { setup: true }),
        piece('clean', 'df.shape', { takes: true }),
        piece('chart', 'df\ndf', { display: true }),
        piece('orders', 'select :day', { kind: 'sql', as: 'orders', parameters: ['day'] }),
      ],
      dependsOn: ['load'],
      handover: { in: [{ name: 'df', from: 'load', cell: 'load' }], out: [] },
    }),
  ],
  { parameters: [{ name: 'day', default: '2024-01-01' }], modules: ['utils/cleaning.py'] },
)
const exampleOptions: BundleOptions = {
  ...options,
  modules: new Map([['utils/cleaning.py', 'def clean(x): return x\n']]),
}

describe('a bundle', () => {
  const bundle = buildBundle(example, {}, exampleOptions)
  const notebook = (key: string) => readText(bundle.files.get(`build/daily/src/tasks/${key}.py`)!, 'python')

  test('has the files that the design names', () => {
    expect([...bundle.files.keys()]).toEqual([
      'build/daily/resources/daily.job.yml',
      'build/daily/src/tasks/clean.py',
      'build/daily/src/tasks/load.py',
      'build/daily/src/cells.json',
      'build/daily/src/dagbook_handover.py',
      'build/daily/src/utils/cleaning.py',
    ])
  })

  test('has a root of its own with the targets dev and prod', () => {
    const root = parse(bundle.root) as Mapping
    expect(root).toMatchObject({
      bundle: { name: 'shop' },
      include: ['build/*/resources/*.yml'],
      targets: { dev: { mode: 'development', default: true }, prod: { mode: 'production' } },
    })
    expect(faultsOf(root, 'databricks.yml', new Map(), null)).toEqual([])
  })

  test('has tasks sorted by key, with what passes values on quoted', () => {
    const text = bundle.files.get('build/daily/resources/daily.job.yml')!
    expect(text).toMatch(/^# Written by Dagbook from daily\.py\./)
    expect(text).toContain('dagbook_run: "{{job.run_id}}"')
    const job = parse(text) as { resources: { jobs: { daily: { tasks: Mapping[]; parameters: unknown } } } }
    const { tasks, parameters } = job.resources.jobs.daily
    expect(tasks.map(({ task_key }) => task_key)).toEqual(['clean', 'load'])
    expect(tasks[0]).toMatchObject({ depends_on: [{ task_key: 'load' }] })
    expect(parameters).toEqual([{ name: 'day', default: '2024-01-01' }])
  })

  test('never lets text of the notebook become a reference', () => {
    const text = bundle.files.get('build/daily/resources/daily.job.yml')!
    expect(text).not.toContain('${HOME}')
    expect(text).not.toContain('{{x}}')
  })

  test('writes a task as a notebook: setup, values taken over, cells, values passed on', () => {
    expect(notebook('load').cells.map(({ kind, title, source }) => [kind, title, source])).toEqual([
      ['markdown', null, expect.stringContaining('## load')],
      ['python', 'Dagbook', expect.stringContaining('dagbook_source')],
      ['python', null, 'import pandas as pd'],
      ['python', 'Load', 'df = pd.DataFrame()'],
      ['python', 'Values for other tasks', '_dagbook.give(globals(), "load", ["df"])'],
    ])
    expect(
      notebook('clean')
        .cells.map(({ kind, source }) => [kind, source])
        .slice(2),
    ).toEqual([
      ['python', 'import pandas as pd'],
      ['python', '_dagbook.take(globals(), "load", "load", ["df"])'],
      ['python', 'df.shape'],
      ['python', 'with _dagbook.showing("chart"):\n    df\n    display(df)'],
      ['sql', 'select :day'],
      ['python', 'orders = _sqldf'],
    ])
  })

  test('tells for every line of a task which line of which cell it was', () => {
    const map = JSON.parse(bundle.files.get('build/daily/src/cells.json')!) as {
      tasks: Record<string, { line: number; cell: string | null; lines: number[][] }[]>
    }
    const text = bundle.files.get('build/daily/src/tasks/load.py')!.split('\n')
    const load = map.tasks['load']!.find(({ cell }) => cell === 'load')!
    expect(text[load.line - 1]).toBe('df = pd.DataFrame()')
    expect(load.lines).toEqual([[1, 1]])
    expect(map.tasks['load']!.map(({ cell }) => cell)).toEqual([null, null, 'imports', 'load', null])
  })

  test('is the same, byte for byte, for the same plan', () => {
    const again = buildBundle({ ...example, tasks: [...example.tasks].reverse() }, {}, exampleOptions)
    expect([...again.files]).toEqual([...bundle.files])
  })
})

describe('a task', () => {
  const cellsOf = (pieces: TaskPiece[], more: Partial<BundleOptions> = {}, modules: string[] = []) => {
    const bundle = buildBundle(plan([task('t', { pieces })], { modules }), {}, { ...options, ...more })
    return readText(bundle.files.get('build/daily/src/tasks/t.py')!, 'python').cells
  }

  test('installs packages before anything else', () => {
    const pieces = [piece('pip', 'install x', { kind: 'pip', setup: true }), piece('t', 'a = 1')]
    expect(cellsOf(pieces).map(({ kind }) => kind)).toEqual(['markdown', 'pip', 'python', 'python'])
  })

  test('keeps a text over several lines as it is, also where its failure is caught', () => {
    const source = 'print("""a\nb""")'
    const shown = cellsOf([piece('t', 'a = 1'), piece('u', source, { display: true })]).at(-1)!
    expect(shown.source).toBe(`with _dagbook.showing("u"):\n    exec(${JSON.stringify(source)}, globals())`)
  })

  test('shows the rows of a query without failing for them', () => {
    const sql = piece('u', 'select * from t where d = :day;', { display: true, kind: 'sql', parameters: ['day'] })
    expect(cellsOf([piece('t', 'a = 1'), sql]).at(-1)!.source).toBe(
      'with _dagbook.showing("u"):\n' +
        '    display(spark.sql("select * from t where d = :day", args={"day": dbutils.widgets.get("day")}))',
    )
  })

  test('finds a notebook that it runs among the modules', () => {
    const modules = new Map([['etl/setup/common.py', '# Databricks notebook source\nx = 1\n']])
    const pieces = [piece('c', './setup/common', { kind: 'run', setup: true }), piece('t', 'x')]
    const run = cellsOf(pieces, { path: 'etl/daily.py', modules }, [...modules.keys()]).find(
      ({ kind }) => kind === 'run',
    )
    expect(run!.source).toBe('../etl/setup/common')
  })

  test('keeps what stands behind the notebook that it runs', () => {
    const run = (source: string, module: string) =>
      buildBundle(
        plan([task('t', { pieces: [piece('r', source, { kind: 'run' })] })], { modules: [module] }),
        {},
        { ...options, modules: new Map([[module, '# Databricks notebook source\n']]) },
      ).files.get('build/daily/src/tasks/t.py')!
    expect(run('./child $rows="4  5"', 'child.py')).toContain('%run ../child $rows="4  5"\n')
    expect(run('"./my child" $rows="4"', 'my child.py')).toContain('%run "../my child" $rows="4"\n')
  })

  test('has other notebooks without the cells that their notes leave out', () => {
    const [first, off, absent, last] = [
      'A = 1',
      '# dagbook: run=off\nA = 2',
      '# dagbook: run=not-in-job\nA = 3',
      '# dagbook: run=manual\nB = A',
    ]
    const child = (cells: string[]) => `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`
    const module = 'x = 1\n# dagbook: run=off\n'
    const modules = new Map([
      ['child.py', child([first, off, absent, last])],
      ['module.py', module],
    ])
    const { files } = buildBundle({ ...example, modules: ['child.py', 'module.py'] }, {}, { ...options, modules })
    expect(files.get('build/daily/src/child.py')).toBe(child([first, last]))
    expect(files.get('build/daily/src/module.py')).toBe(module)
  })

  test('has the environment of its notebook', () => {
    const preamble = '-- Databricks notebook source\n-- /// script\n-- dependencies = ["x"]\n-- ///\n'
    const bundle = buildBundle(plan([task('t')]), {}, { ...options, preamble })
    expect(bundle.files.get('build/daily/src/tasks/t.py')).toMatch(
      /^# Databricks notebook source\n# \/\/\/ script\n# dependencies = \["x"\]\n# \/\/\/\n/,
    )
  })

  test('cannot hold a line that the format reads as its own', () => {
    const pieces = [piece('t', 'a = """\n# COMMAND ----------\n"""')]
    expect(() => cellsOf(pieces)).toThrow(/DB-1402/)
  })
})

describe('settings', () => {
  const job = (text: string) =>
    (configurationOf(example, readSettings(text, 's.yml')) as unknown as { resources: { jobs: { daily: Mapping } } })
      .resources.jobs.daily

  test('are laid onto the generated job, tasks by key and parameters by name', () => {
    const merged = job(
      'schedule: {quartz_cron_expression: 0 0 6 * * ?, timezone_id: UTC}\n' +
        'tasks: [{task_key: load, max_retries: 2}]\nparameters: [{name: day, default: x}]',
    )
    expect(merged).toMatchObject({
      schedule: { timezone_id: 'UTC' },
      parameters: [{ name: 'day', default: 'x' }],
      tasks: [{ task_key: 'clean' }, { task_key: 'load', max_retries: 2, notebook_task: {} }],
    })
  })

  test('may bring tasks of their own, and no others that the job has not', () => {
    expect(job('tasks: [{task_key: after, run_job_task: {job_id: 1}}]')['tasks']).toHaveLength(3)
    expect(() => job('tasks: [{task_key: gone, max_retries: 1}]')).toThrow(/`gone`.*DB-1402/)
  })

  test('may say something for one target only', () => {
    const settings = readSettings('targets: {prod: {max_concurrent_runs: 2}}', 's.yml')
    expect(configurationOf(example, settings)['targets']).toEqual({
      prod: { resources: { jobs: { daily: { max_concurrent_runs: 2 } } } },
    })
  })

  test('with one job cluster put every task on it', () => {
    const cluster = 'job_clusters: [{job_cluster_key: main, new_cluster: {spark_version: "16", num_workers: 1}}]'
    expect(job(cluster)['tasks']).toMatchObject([{ job_cluster_key: 'main' }, { job_cluster_key: 'main' }])
  })

  test('that are not YAML, or no mapping, are named with their line', () => {
    expect(() => readSettings('a: 1\nb: [', 's.yml')).toThrow(/s\.yml:2.*DB-1102/s)
    expect(() => readSettings('- a', 's.yml')).toThrow(/DB-1102/)
    expect(() => readSettings('tasks: {a: 1}', 's.yml')).toThrow(/tasks.*DB-1102/)
    expect(readSettings('', 's.yml')).toEqual({})
  })
})

describe('the payload of the Jobs API', () => {
  test('says the same as the bundle, with paths of the workspace', () => {
    const payload = jobPayload(example, { permissions: [] }, { files: '/W/files', handover: '/Volumes/a' })
    expect(payload).toMatchObject({
      format: 'MULTI_TASK',
      max_concurrent_runs: 1,
      queue: { enabled: true },
      tasks: [
        { task_key: 'clean', notebook_task: { notebook_path: '/W/files/build/daily/src/tasks/clean' } },
        { task_key: 'load', notebook_task: { base_parameters: { dagbook_handover: '/Volumes/a' } } },
      ],
    })
    expect(payload).not.toHaveProperty('permissions')
  })
})

describe('refused', () => {
  test('is a plan that says so', () => {
    const refused = [{ cell: 'a', line: 3, message: 'It cannot be parsed.' }]
    expect(() => buildBundle(plan([], { refused }), {}, options)).toThrow(/parsed.*cell a.*DB-1401/)
  })

  const yaml = 'build/daily/resources/daily.job.yml'
  const good = buildBundle(example, {}, exampleOptions)
  const faults: [string, (job: Record<string, unknown>, tasks: Record<string, unknown>[]) => void, RegExp][] = [
    ['an unknown field of a task', (_, [a]) => (a!['retries'] = 1), /retries/],
    ['an unknown field of the job', (job) => (job['cron'] = 'x'), /cron/],
    ['a text for a number', (_, [a]) => (a!['max_retries'] = 'abc'), /max_retries/],
    ['texts as dependencies', (_, [a]) => (a!['depends_on'] = ['load']), /depends_on/],
    ['tasks as a mapping', (job) => (job['tasks'] = { a: {} }), /tasks/],
    ['a circle', (_, [a, b]) => (b!['depends_on'] = [{ task_key: a!['task_key'] }]), /clean → load|load → clean/],
    ['a task that waits for itself', (_, [a]) => (a!['depends_on'] = [{ task_key: 'clean' }]), /clean → clean/],
    ['an unknown dependency', (_, [a]) => (a!['depends_on'] = [{ task_key: 'zz' }]), /`zz` does not exist/],
    ['a missing notebook', (_, [a]) => (a!['notebook_task'] = { notebook_path: '../src/none.py' }), /no file/],
    ['a path outside', (_, [a]) => (a!['notebook_task'] = { notebook_path: '../../../../x.py' }), /outside/],
    ['a module as a notebook', (_, [a]) => (a!['notebook_task'] = { notebook_path: '../src/utils/cleaning.py' }), /not a notebook/],
    ['a bad key', (_, [a]) => (a!['task_key'] = 'a b!'), /letters/],
    ['a long key', (_, [a]) => (a!['task_key'] = 'a'.repeat(101)), /1 to 100/],
    ['a missing key', (_, [a]) => delete a!['task_key'], /task_key/],
    ['a key twice', (_, [a, b]) => (b!['task_key'] = a!['task_key']), /twice/],
    ['no task', (job) => (job['tasks'] = []), /at least one/],
    ['1001 tasks', (job, [a]) => (job['tasks'] = Array.from({ length: 1001 }, (_, n) => ({ ...a, depends_on: [], task_key: `t${n}` }))), /1000/],
    ['two types', (_, [a]) => (a!['condition_task'] = { op: 'EQUAL_TO', left: 'a', right: 'a' }), /exactly one/],
    ['no type', (_, [a]) => delete a!['notebook_task'], /no type/],
    ['an undefined cluster', (_, [a]) => (a!['job_cluster_key'] = 'zz'), /not defined/],
    ['two computes', (_, [a]) => Object.assign(a!, { existing_cluster_id: 'x', environment_key: 'y' }), /runs on one/],
    ['an environment on a notebook', (_, [a]) => (a!['environment_key'] = 'y'), /notebook itself/],
    ['an unknown run_if', (_, [a]) => (a!['run_if'] = 'SOMETIMES'), /run_if/],
    ['a schedule without time zone', (job) => (job['schedule'] = { quartz_cron_expression: '0 0 6 * * ?' }), /timezone_id/],
    ['a cron of nonsense', (job) => (job['schedule'] = { quartz_cron_expression: 'often', timezone_id: 'UTC' }), /Quartz/],
    ['two ways to start', (job) => Object.assign(job, { continuous: {}, schedule: { quartz_cron_expression: '0 0 6 * * ?', timezone_id: 'UTC' } }), /not by both/],
    ['a reference to nothing', (job) => (job['description'] = '${HOME}'), /\$\{HOME\}/],
    ['a reference to a name space of nobody', (job) => (job['description'] = '${typo.x}'), /typo/],
    ['an unknown run-time reference', (_, [a]) => (a!['description'] = '{{job.nonsense}}'), /nonsense/],
    ['a value of a task that comes later', (_, [, b]) => (b!['description'] = '{{tasks.clean.values.x}}'), /does not depend/],
    ['a negative time', (_, [a]) => (a!['timeout_seconds'] = -1), /negative/],
    ['a bad e-mail address', (job) => (job['email_notifications'] = { on_failure: ['nobody'] }), /e-mail/],
    ['a parameter twice', (job) => (job['parameters'] = [{ name: 'a', default: '' }, { name: 'a', default: '' }]), /twice/],
    ['a bad permission', (job) => (job['permissions'] = [{ level: 'CAN_FLY', group_name: 'x' }]), /CAN_FLY|level|one of/],
    ['a query without warehouse', (_, [a]) => Object.assign(a!, { notebook_task: null, sql_task: { warehouse_id: '', query: { query_id: 'x' } } }), /warehouse/],
    ['a loop in a loop', (_, [a]) => Object.assign(a!, { notebook_task: null, for_each_task: { inputs: '[]', task: { task_key: 'x', for_each_task: { inputs: '[]', task: { task_key: 'y' } } } } }), /cannot hold/],
  ] // prettier-ignore

  test.each(faults)('is %s', (_, plant, found) => {
    const configuration = parse(good.files.get(yaml)!) as {
      resources: { jobs: { daily: Record<string, unknown> & { tasks: Record<string, unknown>[] } } }
    }
    expect(faultsOf(configuration as unknown as Mapping, yaml, good.files, null)).toEqual([])
    const { daily } = configuration.resources.jobs
    plant(daily, daily.tasks)
    const told = faultsOf(configuration as unknown as Mapping, yaml, good.files, null)
    expect(told.map(({ path, reason }) => `${path}: ${reason}`).join('\n')).toMatch(found)
  })

  test('is a default of a parameter that would become a reference', () => {
    const parameters = [{ name: 'p', default: '${x}' }]
    expect(() => buildBundle(plan([task('t')], { parameters }), {}, options)).toThrow(
      /parameters\[0\]\.default.*DB-1402/,
    )
  })

  test('is a notebook over 10 MB', () => {
    const pieces = [piece('t', `x = "${'a'.repeat(10 * 1024 * 1024)}"`)]
    expect(() => buildBundle(plan([task('t', { pieces })]), {}, options)).toThrow(/10 MB.*DB-1402/)
  })
})

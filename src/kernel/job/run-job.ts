import { join } from 'node:path'
import { Problem } from '../problem/index.ts'
import type { TaskShape } from './job-shape.ts'
import { readBundle, type BundledJob } from './read-bundle.ts'
import { writeRecord, type RunRecord } from './record.ts'
import { resolveBundle, resolveRun, type RunFacts } from './references.ts'
import type { TaskError } from './run-notebook.ts'
import { runTask, type TaskContext, type TaskEnd } from './run-task.ts'
import { afterDependencies, resultOfRun, type RunResult, type TaskResult } from './states.ts'
import type { JobEvents, JobWorkers } from './workers.ts'

export interface JobOptions {
  /** A folder with `databricks.yml`, or a `build/<name>`. */
  readonly folder: string
  readonly job?: string
  readonly target?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** How many tasks run at once; at least 1. */
  readonly parallel: number
  /** The folder that relative paths of user code mean; by default the bundle's root. */
  readonly files?: string
  /** The folder for run records and values that cross tasks; by default `.dagbook` in the bundle's root. */
  readonly state?: string
  readonly workers: JobWorkers
  readonly events?: JobEvents
  /** Cancels the run. */
  readonly signal?: AbortSignal
}

export interface JobResult {
  readonly run: string
  readonly state: RunResult
  readonly ms: number
  readonly tasks: readonly {
    readonly key: string
    readonly state: TaskResult
    readonly attempts: number
    readonly ms: number
    readonly error: TaskError | null
  }[]
}

/**
 * Runs a job from its exported files, as Databricks would: each task in a fresh process, `parallel` at once, with
 * `depends_on`, `run_if`, retries, timeouts and task values. Throws a Problem (`DB-1403`, `DB-1303`) only before
 * anything runs.
 */
export async function runJob(options: JobOptions): Promise<JobResult> {
  const bundled = readBundle(options.folder, options)
  return new Run(bundled, options).play()
}

/** Ids rise with time; two runs that start in one millisecond differ in the last digits. */
function newRunId(): string {
  return `${Date.now()}${String(process.hrtime.bigint() % 1000n).padStart(3, '0')}`
}

class Run {
  readonly #bundled: BundledJob
  readonly #options: JobOptions
  readonly #state: string
  readonly #started = new Date()
  readonly #record: RunRecord
  readonly #ends = new Map<string, TaskEnd>()
  readonly #values = new Map<string, Map<string, unknown>>()
  readonly #context: TaskContext
  /** Tasks that this machine cannot run, and those that wait for one. */
  readonly #missing = new Set<string>()
  readonly #timeUp = new AbortController()

  constructor(bundled: BundledJob, options: JobOptions) {
    this.#bundled = bundled
    this.#options = options
    this.#state = options.state ?? join(bundled.root, '.dagbook')
    const run = newRunId()
    const references = new Map(bundled.references).set('var.dagbook_handover', join(this.#state, 'handover'))
    const parameters = parametersOf(bundled, references, options.parameters ?? {})
    this.#record = {
      run,
      job: bundled.key,
      bundle: options.folder,
      state: 'RUNNING',
      process: process.pid,
      started: this.#started.toISOString(),
      ms: 0,
      parameters,
      tasks: bundled.job.tasks.map(({ task_key }) => ({
        key: task_key, state: 'PENDING', attempts: 0, started: null, ms: 0, error: null, values: {},
      })), // prettier-ignore
    }
    const facts = (task: RunFacts['task']): RunFacts => ({
      job: { name: bundled.job.name, run, started: this.#started },
      parameters,
      task,
      value: (from, key) => this.#values.get(from)?.get(key),
      result: (key) => this.#ends.get(key)?.state,
    })
    const resolved = Object.entries(parameters).map(([name, value]) => [
      name,
      resolveRun(value, facts({ key: '', attempt: 1, notebook: '' })),
    ])
    this.#context = {
      bundled,
      references,
      workers: options.workers,
      files: options.files ?? bundled.root,
      events: options.events ?? {},
      signal: AbortSignal.any([this.#timeUp.signal, ...(options.signal === undefined ? [] : [options.signal])]),
      run,
      parameters: Object.fromEntries(resolved) as Record<string, string>,
      facts,
      setValue: (task, key, value) => {
        this.#values.set(task, (this.#values.get(task) ?? new Map<string, unknown>()).set(key, value))
      },
      value: (task, key) => this.#values.get(task)?.get(key),
      clearValues: (task) => void this.#values.delete(task),
      started: (task, attempt) => this.#begin(task, attempt),
    }
  }

  async play(): Promise<JobResult> {
    const { job } = this.#bundled
    refuseKnots(job.tasks, this.#options.folder)
    const timer =
      job.timeout_seconds > 0 ? setTimeout(() => this.#timeUp.abort(), job.timeout_seconds * 1000) : undefined
    writeRecord(this.#state, this.#record)
    await this.#playTasks()
    clearTimeout(timer)
    const ends = job.tasks.map(({ task_key }) => this.#ends.get(task_key)!.state)
    const needed = new Set(job.tasks.flatMap(({ depends_on }) => depends_on.map(({ task_key }) => task_key)))
    const leaves = ends.filter((_, index) => !needed.has(job.tasks[index]!.task_key))
    const state = this.#timeUp.signal.aborted ? 'TIMEDOUT' : resultOfRun(ends, leaves)
    this.#record.state = state
    this.#record.ms = Date.now() - this.#started.getTime()
    writeRecord(this.#state, this.#record)
    const tasks = this.#record.tasks.map(({ key, attempts, ms, error }, index) => ({
      key,
      state: ends[index]!,
      attempts,
      ms,
      error,
    }))
    return { run: this.#record.run, state, ms: this.#record.ms, tasks }
  }

  /** Starts what may start, waits for one to end, and again. Ties go by the order in the file. */
  async #playTasks(): Promise<void> {
    const waiting = new Set(this.#bundled.job.tasks)
    const running = new Map<string, Promise<void>>()
    while (waiting.size > 0 || running.size > 0) {
      for (const task of [...waiting]) {
        if (!task.depends_on.every(({ task_key }) => this.#ends.has(task_key))) continue
        const verdict = this.#verdict(task)
        if (verdict !== 'run') {
          waiting.delete(task)
          this.#end(task.task_key, { state: verdict, error: null, attempts: 0 })
        } else if (running.size < Math.max(1, this.#options.parallel)) {
          waiting.delete(task)
          const { task_key: key } = task
          const ending = runTask(task, this.#context).then((end) => {
            this.#end(key, end)
            running.delete(key)
          })
          running.set(key, ending)
        }
      }
      const ready = [...waiting].some((task) => task.depends_on.every(({ task_key }) => this.#ends.has(task_key)))
      if (running.size > 0) await Promise.race(running.values())
      else if (!ready) break
    }
  }

  #verdict(task: TaskShape): 'run' | TaskResult {
    const before = task.depends_on.map(({ task_key }) => this.#ends.get(task_key)!.state)
    if (this.#context.signal.aborted) return before.length === 0 ? 'CANCELED' : 'UPSTREAM_CANCELED'
    if (task.disabled) return 'DISABLED'
    const elsewhere = task.depends_on.some(({ task_key, outcome }) => {
      const end = this.#ends.get(task_key)!
      return outcome !== undefined && end.state === 'SUCCESS' && String(end.outcome) !== outcome
    })
    if (elsewhere) return 'EXCLUDED'
    const verdict = afterDependencies(task.run_if, before)
    // On Databricks they run: what they would make is missing here.
    const waits = task.depends_on.some(({ task_key }) => this.#missing.has(task_key))
    if (!waits || !['run', 'EXCLUDED'].includes(verdict) || !/^(ALL_SUCCESS|NONE_FAILED)$/.test(task.run_if))
      return verdict
    this.#missing.add(task.task_key)
    return 'EXCLUDED'
  }

  #begin(key: string, attempt: number): void {
    const record = this.#taskRecord(key)
    record.state = 'RUNNING'
    record.attempts = attempt
    record.started ??= new Date().toISOString()
    writeRecord(this.#state, this.#record)
    this.#context.events.task?.(key, 'RUNNING', attempt)
  }

  #end(key: string, end: TaskEnd): void {
    this.#ends.set(key, end)
    if (end.state === 'DISABLED' && end.error !== null) this.#missing.add(key)
    const record = this.#taskRecord(key)
    record.state = end.state
    record.attempts = end.attempts
    record.error = end.error
    record.ms = record.started === null ? 0 : Date.now() - Date.parse(record.started)
    record.values = Object.fromEntries(this.#values.get(key) ?? [])
    writeRecord(this.#state, this.#record)
    this.#context.events.task?.(key, end.state, end.attempts)
  }

  #taskRecord(key: string): RunRecord['tasks'][number] {
    return this.#record.tasks.find((task) => task.key === key)!
  }
}

function parametersOf(
  { job }: BundledJob,
  references: ReadonlyMap<string, string>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const declared = Object.fromEntries(
    job.parameters.map((each) => [each.name, resolveBundle(each.default, references)]),
  )
  const unknown = Object.keys(given).find((name) => !(name in declared))
  if (unknown !== undefined) {
    const known = Object.keys(declared).join(', ')
    throw new Problem('DB-1303', `The job has no parameter \`${unknown}\`; it has ${known === '' ? 'none' : known}.`)
  }
  return { ...declared, ...given }
}

function refuseKnots(tasks: readonly TaskShape[], path: string): void {
  const over = new Set<string>()
  const keys = new Set(tasks.map(({ task_key }) => task_key))
  if (keys.size < tasks.length) throw new Problem('DB-1403', 'Two tasks of the job have one key.', { path })
  for (let left = [...tasks]; left.length > 0;) {
    const free = left.filter(({ depends_on }) => depends_on.every(({ task_key }) => over.has(task_key)))
    if (free.length === 0) {
      const names = left.map(({ task_key }) => `\`${task_key}\``).join(', ')
      throw new Problem('DB-1403', `Tasks wait for each other, or for a task that is not there: ${names}.`, { path })
    }
    for (const { task_key } of free) over.add(task_key)
    left = left.filter((task) => !free.includes(task))
  }
}

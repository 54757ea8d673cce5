import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunEvents, Worker, WorkerHost } from '../engine/index.ts'
import { asProblem, errorName } from '../problem/index.ts'
import type { BundledJob } from './read-bundle.ts'
import { callNotebook } from './call-notebook.ts'
import { resolveBundle, resolveRun, type RunFacts } from './references.ts'
import { runNotebook, type NotebookRun, type TaskError } from './run-notebook.ts'
import type { TaskShape } from './job-shape.ts'
import type { TaskResult } from './states.ts'
import type { JobEvents, JobWorkers, TaskAttempt, TaskHost } from './workers.ts'

/** What a task's attempts share. */
export interface TaskContext {
  readonly bundled: BundledJob
  readonly references: ReadonlyMap<string, string>
  readonly workers: JobWorkers
  /** What relative paths of user code mean. */
  readonly files: string
  readonly events: JobEvents
  readonly signal: AbortSignal
  readonly run: string
  /** Names and values of the job's parameters. */
  readonly parameters: Readonly<Record<string, string>>
  facts(task: { key: string; attempt: number; notebook: string }): RunFacts
  /** `dbutils.jobs.taskValues`. A failed attempt's values are gone. */
  setValue(task: string, key: string, value: unknown): void
  value(task: string, key: string): unknown
  clearValues(task: string): void
  /** An attempt begins. */
  started(task: string, attempt: number): void
}

export interface TaskEnd {
  readonly state: TaskResult
  readonly error: TaskError | null
  readonly attempts: number
  /** What a condition task found. */
  readonly outcome?: boolean
}

/** Runs a task to its end, with its retries. Never throws: what goes wrong is the task's error. */
export async function runTask(task: TaskShape, context: TaskContext): Promise<TaskEnd> {
  if (task.condition_task !== undefined) return decide(task, context)
  if (task.notebook_task === undefined) {
    const error = { name: 'NotHere', message: 'Only notebook and condition tasks run here.', cell: null, line: null }
    return { state: 'FAILED', error, attempts: 0 }
  }
  for (let attempt = 1; ; attempt++) {
    context.clearValues(task.task_key)
    context.started(task.task_key, attempt)
    const end = await runAttempt(task, attempt, context)
    const again = end.state === 'FAILED' || (end.state === 'TIMEDOUT' && task.retry_on_timeout)
    const left = task.max_retries < 0 || attempt <= task.max_retries
    if (!again || !left || context.signal.aborted) return { ...end, attempts: attempt }
    await sleep(task.min_retry_interval_millis, undefined, { signal: context.signal }).catch(() => undefined)
    if (context.signal.aborted) return { ...end, attempts: attempt }
  }
}

function decide(task: TaskShape, context: TaskContext): TaskEnd {
  const { op, left, right } = task.condition_task!
  const facts = context.facts({ key: task.task_key, attempt: 1, notebook: '' })
  const [a, b] = [left, right].map((text) => resolveRun(resolveBundle(text, context.references), facts)) as [
    string,
    string,
  ]
  const [x, y] = [Number(a), Number(b)]
  const outcomes: Readonly<Record<string, boolean>> = {
    EQUAL_TO: a === b,
    NOT_EQUAL: a !== b,
    GREATER_THAN: x > y,
    GREATER_THAN_OR_EQUAL: x >= y,
    LESS_THAN: x < y,
    LESS_THAN_OR_EQUAL: x <= y,
  }
  const outcome = outcomes[op]
  if (outcome !== undefined) return { state: 'SUCCESS', error: null, attempts: 1, outcome }
  return {
    state: 'FAILED',
    error: { name: 'ValueError', message: `There is no comparison ${op}.`, cell: null, line: null },
    attempts: 1,
  }
}

/** One attempt in a fresh process, and then its tables kept or put back. */
async function runAttempt(task: TaskShape, number: number, context: TaskContext): Promise<Omit<TaskEnd, 'attempts'>> {
  const attempt = { run: context.run, task: task.task_key, attempt: number, root: context.bundled.root }
  const host = context.workers.host(attempt)
  const end = await runInProcess(task, attempt, host, context)
  try {
    await host.finish?.(end.state === 'SUCCESS')
    return end
  } catch (error) {
    return end.state === 'SUCCESS' ? failedBy(error) : end
  }
}

async function runInProcess(
  task: TaskShape,
  attempt: TaskAttempt,
  host: TaskHost,
  context: TaskContext,
): Promise<Omit<TaskEnd, 'attempts'>> {
  const { bundled, workers, signal, run } = context
  const number = attempt.attempt
  const key = task.task_key
  const clock = new AbortController()
  const timer = task.timeout_seconds > 0 ? setTimeout(() => clock.abort(), task.timeout_seconds * 1000) : undefined
  const stop = AbortSignal.any([signal, clock.signal])
  let worker: Worker | undefined
  const notebook = resolveBundle(task.notebook_task!.notebook_path, context.references)
  try {
    if (stop.aborted) return { state: 'CANCELED', error: null }
    const inside: WorkerHost = {
      place: (table, write) => host.place(table, write),
      engine: () => host.engine(),
      tables: async () => (await host.tables?.()) ?? [],
      taskValue: async (from, name) => context.value(from, name),
      notebook: (path, timeout, parameters) =>
        callNotebook(
          { path, timeout, parameters, from: join(bundled.folder, notebook), run: `${run}-${key}-${number}` },
          { start: () => workers.start(attempt, inside), signal: stop, events: eventsOf(key, context) },
        ),
    }
    worker = await workers.start(attempt, inside)
    const facts = context.facts({ key, attempt: number, notebook })
    const own = Object.entries(task.notebook_task!.base_parameters).map(([name, value]) => [
      name,
      resolveRun(resolveBundle(value, context.references), facts),
    ])
    const ended = await untilStopped(
      runNotebook(
        worker,
        {
          path: join(bundled.folder, notebook),
          task: key,
          run: `${run}-${key}-${number}`,
          parameters: {
            ...(Object.fromEntries(own) as Record<string, string>),
            ...context.parameters,
            dagbook_root: context.files,
          },
        },
        { ...eventsOf(key, context), taskValue: (name, value) => context.setValue(key, name, value) },
      ),
      stop,
      worker,
    )
    if (clock.signal.aborted && ended?.state !== 'ok') return timedOut(task)
    if (ended === null || ended.state === 'interrupted') return { state: 'CANCELED', error: null }
    if (ended.state === 'left out') return { state: 'DISABLED', error: ended.error }
    return { state: ended.state === 'ok' ? 'SUCCESS' : 'FAILED', error: ended.error }
  } catch (error) {
    if (clock.signal.aborted) return timedOut(task)
    if (signal.aborted) return { state: 'CANCELED', error: null }
    return failedBy(error)
  } finally {
    clearTimeout(timer)
    await worker?.stop().catch(() => undefined)
  }
}

function eventsOf(task: string, { events }: TaskContext): RunEvents {
  return {
    stdout: (text, stream) => events.stdout?.(task, text, stream),
    output: (output) => events.output?.(task, output),
  }
}

function failedBy(error: unknown): Omit<TaskEnd, 'attempts'> {
  const { code, what, message, place } = asProblem(error)
  // What the table says to do speaks to somebody with a notebook open.
  const told = code === 'DB-1202' ? `${what} [${code}]` : message
  const name = errorName(code)
  return { state: 'FAILED', error: { name, message: told, cell: place.cell ?? null, line: null } }
}

function timedOut(task: TaskShape): Omit<TaskEnd, 'attempts'> {
  const message = `The task took longer than its ${task.timeout_seconds} seconds.`
  return { state: 'TIMEDOUT', error: { name: 'Timeout', message, cell: null, line: null } }
}

/** The run's end, or null once somebody stops it: then the process is ended, whatever it does. */
async function untilStopped(
  running: Promise<NotebookRun>,
  stop: AbortSignal,
  worker: Worker,
): Promise<NotebookRun | null> {
  const stopped = Promise.withResolvers<null>()
  const onStop = () => {
    worker.interrupt()
    void worker.stop().finally(() => stopped.resolve(null))
  }
  if (stop.aborted) onStop()
  stop.addEventListener('abort', onStop)
  try {
    return await Promise.race([running, stopped.promise])
  } finally {
    stop.removeEventListener('abort', onStop)
    running.catch(() => undefined)
  }
}

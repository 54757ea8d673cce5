import type { TaskResult } from './states.ts'
import type { Output, Worker, WorkerHost } from '../engine/index.ts'

/** Which attempt of which task a process is for. */
export interface TaskAttempt {
  readonly run: string
  readonly task: string
  /** From 1. */
  readonly attempt: number
  /** Absolute path of the bundle's root. */
  readonly root: string
}

/** What a task's process asks for: the engine, which tables there are and where. `finish` is called when the attempt is over. */
export type TaskHost = Pick<WorkerHost, 'place' | 'engine' | 'tables'> & {
  /** Keeps the tables that the attempt wrote, or puts them back as they were. */
  finish?(succeeded: boolean): Promise<void>
}

/** What the runner needs from the engine. */
export interface JobWorkers {
  /** Starts a fresh process. */
  start(attempt: TaskAttempt, host: WorkerHost): Promise<Worker>
  /** Decides where the tables of an attempt are: the project's own, or scratch copies. */
  host(attempt: TaskAttempt): TaskHost
}

/** What a run says while it goes on. */
export interface JobEvents {
  task?(task: string, state: 'RUNNING' | TaskResult, attempt: number): void
  stdout?(task: string, text: string, stream: 'stdout' | 'stderr'): void
  output?(task: string, output: Output): void
}

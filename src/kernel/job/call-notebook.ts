import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { RunEvents, Worker } from '../engine/index.ts'
import { Problem } from '../problem/index.ts'
import { runNotebook } from './run-notebook.ts'

/** What code of a task gives to `dbutils.notebook.run`. */
export interface NotebookCall {
  /** Absolute, or relative to the notebook `from`; its extension may be missing. */
  readonly path: string
  /** Seconds; 0: as long as it takes. */
  readonly timeout: number
  readonly parameters: Readonly<Record<string, string>>
  /** Absolute path of the calling task's notebook. */
  readonly from: string
  /** Prefix of the ids of its cells' runs. */
  readonly run: string
}

let calls = 0

/**
 * Runs a notebook in a process of its own and gives what it gave to `dbutils.notebook.exit`, "" for nothing. Throws `DB-1501` if there is
 * none, if it fails, or if it takes too long.
 */
export async function callNotebook(
  { path, timeout, parameters, from, run }: NotebookCall,
  { start, signal, events }: { start: () => Promise<Worker>; signal: AbortSignal; events: RunEvents },
): Promise<string> {
  const base = resolve(dirname(from), path)
  const file = [base, `${base}.py`, `${base}.sql`].find((each) => /\.(py|sql)$/.test(each) && existsSync(each))
  const failed = (what: string): Problem => new Problem('DB-1501', what, {}, 'Mend the notebook that is called.')
  if (file === undefined) throw new Problem('DB-1501', `There is no notebook ${path} here.`, {}, 'Correct its path.')
  const worker = await start()
  const stop = timeout > 0 ? AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]) : signal
  const onStop = (): void => void worker.stop()
  stop.addEventListener('abort', onStop)
  try {
    const id = `${run}-call-${++calls}`
    const { state, error, exit } = await runNotebook(worker, { path: file, task: '', run: id, parameters }, events)
    if (state === 'ok') return exit ?? ''
    throw failed(
      `The notebook ${path} failed: ${error === null ? 'it was stopped' : `${error.name}: ${error.message}`}.`,
    )
  } catch (error) {
    if (stop.aborted && !signal.aborted) throw failed(`The notebook ${path} took longer than its ${timeout} seconds.`)
    throw error
  } finally {
    stop.removeEventListener('abort', onStop)
    await worker.stop().catch(() => undefined)
  }
}

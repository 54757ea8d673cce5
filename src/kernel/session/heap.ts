import type { Resource } from '../analysis/index.ts'
import type { Checkout, RunEvents, RunId, RunOutcome, RunRequest, Worker } from '../engine/index.ts'

/** Starts a Python process for a session. */
export type StartWorker = () => Promise<Worker>

/** What a run comes to that was interrupted before it began. */
export const notBegun: RunOutcome = {
  state: 'interrupted',
  text: '',
  error: null,
  exit: null,
  writes: [],
  deletes: [],
  reads: [],
  views: [],
  tables: [],
  parameters: [],
  spoiled: [],
}

/**
 * The Python process of a session and what it holds: which versions are there, and how far its session state (random generators,
 * settings, working directory…) has come. A version is live as some run in this very process, which may be a replay of the run
 * that first made it.
 */
export class Heap {
  readonly #start: StartWorker
  #worker: Promise<Worker> | null = null
  readonly #live = new Map<RunId, RunId>()
  readonly #session = new Map<Resource, RunId>()
  #dropped: RunId[] = []

  constructor(start: StartWorker) {
    this.#start = start
  }

  /** The run of this process that holds the version's values; undefined: they are not here. */
  live(version: RunId): RunId | undefined {
    return this.#live.get(version)
  }

  /** Lets the process forget a version that nobody will read again. */
  drop(version: RunId): void {
    const run = this.#live.get(version)
    if (run === undefined) return
    this.#live.delete(version)
    this.#dropped.push(run)
  }

  /** Says that a run of this process holds the values of `version`. */
  hold(version: RunId, run: RunId): void {
    this.#live.set(version, run)
  }

  /** The run of this process that last changed a session resource; undefined: none did. */
  lastChange(resource: Resource): RunId | undefined {
    return this.#session.get(resource)
  }

  changed(resource: Resource, run: RunId): void {
    this.#session.set(resource, run)
  }

  /** Runs a cell, until `signal` interrupts it. Throws DB-1202 if the process dies; nothing is live then. */
  async run(
    request: RunRequest & { readonly checkout: Checkout },
    events: RunEvents,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const worker = await this.#process()
    if (signal.aborted) return notBegun
    const interrupt = (): void => worker.interrupt()
    signal.addEventListener('abort', interrupt)
    const drop = this.#dropped
    this.#dropped = []
    try {
      return await worker.run({ ...request, drop }, events)
    } finally {
      signal.removeEventListener('abort', interrupt)
    }
  }

  /** Ends the process. The next run starts a fresh one. */
  async reset(): Promise<void> {
    const worker = await this.#worker?.catch(() => null)
    this.#forget()
    await worker?.stop()
  }

  /** The process, started if there is none. */
  async #process(): Promise<Worker> {
    if (this.#worker !== null) return this.#worker
    const starting = this.#start()
    this.#forget()
    this.#worker = starting
    const forget = (): void => {
      if (this.#worker === starting) this.#forget()
    }
    const worker = await starting.catch((error: unknown) => {
      forget()
      throw error
    })
    void worker.ended.then(forget)
    return worker
  }

  #forget(): void {
    this.#worker = null
    this.#live.clear()
    this.#session.clear()
    this.#dropped = []
  }
}

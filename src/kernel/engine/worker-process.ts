import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { Problem } from '../problem/index.ts'
import { encodeFrame, FrameReader, type Frame } from './frames.ts'
import { message, outcome, output, type Question } from './messages.ts'
import type { RunEvents, RunOutcome, RunRequest, Worker, WorkerHost } from './protocol.ts'

export interface WorkerOptions {
  /** The Python to run, 3.10 to 3.13. */
  readonly python: string
  /** The folder that holds the package `dagbook_worker`. */
  readonly workerPath: string
  /** Working directory of user code: the root of the project, which is also first on its `sys.path`. */
  readonly cwd: string
  /** Where tables are written for the page. */
  readonly resultsFolder: string
  readonly host: WorkerHost
  readonly env?: Readonly<Record<string, string>>
}

interface RunningCell {
  readonly request: RunRequest
  readonly events: RunEvents
  resolve(outcome: RunOutcome): void
  reject(error: unknown): void
}

/** How long a worker may take to start, and to end when its input closes; in milliseconds. */
const START_TIME = 30_000
const STOP_TIME = 1_000

/** Variables of this process that would change what Python loads. */
const HIDDEN = ['PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'PYTHONINSPECT']

// The package's folder is on the path for this one import only, so that nothing in it or in the project hides a library.
const START = 'import sys; sys.path[0] = sys.argv[1]; from dagbook_worker.main import main; sys.path.pop(0); main()'

/**
 * Starts a Python worker. Rejects with DB-1201 if the Python cannot be started or does not answer. The process ends by itself when
 * this one does.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const child = spawn(options.python, ['-s', '-u', '-X', 'utf8', '-c', START, options.workerPath], {
    cwd: options.cwd,
    env: environment(options),
    // A process group of its own: an interrupt reaches the children of user code, and no Ctrl-C of a terminal reaches it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  return new WorkerProcess(options, child).ready
}

function environment({ env, resultsFolder }: WorkerOptions): NodeJS.ProcessEnv {
  // Sets print and iterate the same way in every process, as they do in Spark's.
  const all: NodeJS.ProcessEnv = { ...process.env, PYTHONHASHSEED: '0', ...env, DAGBOOK_RESULTS: resultsFolder }
  for (const name of HIDDEN) if (env?.[name] === undefined) delete all[name]
  return all
}

class WorkerProcess implements Worker {
  readonly python: string
  readonly ready: Promise<Worker>
  readonly ended: Promise<string>
  readonly #child: ChildProcessWithoutNullStreams
  readonly #host: WorkerHost
  #cell: RunningCell | null = null
  #over: string | null = null
  #complaint = ''
  #stopping = false
  #why: string | null = null
  #began: (worker: Worker) => void = () => undefined

  constructor({ python, host }: WorkerOptions, child: ChildProcessWithoutNullStreams) {
    this.python = python
    this.#child = child
    this.#host = host
    const reader = new FrameReader()
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) this.#receive(frame)
      } catch (error) {
        this.#kill(`said something that was not understood (${String(error)})`)
      }
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-4000)
    })
    // Writing to a process that has just died is no news; its end is.
    child.stdin.on('error', () => undefined)
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(this.#end(error.message)))
      child.once('close', (code, signal) => resolve(this.#end(reasonOf(code, signal, this.#complaint))))
    })
    this.ready = new Promise((resolve, reject) => {
      const refuse = (why: string): void =>
        reject(new Problem('DB-1201', `The Python at ${python} cannot run the notebook: ${why}`, {}))
      const timer = setTimeout(() => {
        refuse(`it did not answer within ${START_TIME / 1000} seconds.`)
        this.#kill('did not answer')
      }, START_TIME)
      this.#began = (worker) => {
        clearTimeout(timer)
        resolve(worker)
      }
      void this.ended.then((reason) => {
        clearTimeout(timer)
        refuse(`it ${reason}.`)
      })
    })
  }

  run(request: RunRequest, events: RunEvents): Promise<RunOutcome> {
    if (this.#cell !== null) throw new Problem('DB-1999', 'A worker runs one cell at a time.', { cell: request.title })
    return new Promise((resolve, reject) => {
      if (this.#over !== null) return reject(this.#death(request))
      this.#cell = { request, events, resolve, reject }
      this.#send({ op: 'run' }, request)
    })
  }

  interrupt(): void {
    if (this.#cell !== null) this.#send({ op: 'interrupt' })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#over !== null) return
    this.#child.stdin.end()
    const timer = setTimeout(() => this.#kill('was stopped'), STOP_TIME)
    await this.ended
    clearTimeout(timer)
  }

  #receive({ header, body }: Frame): void {
    const said = message.parse(header)
    const cell = this.#cell
    switch (said.op) {
      case 'ready':
        return this.#began(this)
      case 'ask':
        return void this.#answer(said)
      case 'stdout':
        if (cell?.request.run === said.run) cell.events.stdout?.(body.toString('utf8'), said.stream)
        return
      case 'output':
        if (cell?.request.run === said.run) cell.events.output?.(output.parse(json(body)))
        return
      case 'taskValue':
        if (cell?.request.run === said.run) cell.events.taskValue?.(said.key, json(body))
        return
      case 'outcome':
        if (cell?.request.run !== said.run) return
        this.#cell = null
        return cell.resolve(outcome.parse(json(body)))
    }
  }

  async #answer(question: Question): Promise<void> {
    try {
      this.#send({ op: 'answer', id: question.id }, { value: await this.#ask(question) })
    } catch (error) {
      const words = error instanceof Problem ? `${error.what} ${error.todo}` : String(error)
      this.#send({ op: 'answer', id: question.id }, { error: words })
    }
  }

  async #ask(question: Question): Promise<unknown> {
    switch (question.what) {
      case 'engine':
        return this.#host.engine()
      case 'place':
        return this.#host.place(question.table, question.write)
      case 'tables':
        return (await this.#host.tables?.()) ?? []
      case 'rewrite': {
        // The SQL parser is large: a notebook without Spark never loads it.
        const { rewriteForEngine } = await import('./spark/rewrite.ts')
        const place = this.#host.place.bind(this.#host)
        return rewriteForEngine(question.sql, place, question.namespace, question)
      }
      case 'notebook': {
        if (this.#host.notebook === undefined) {
          const what = `A cell cannot run the notebook ${question.path} while the notebook is open here.`
          const todo = 'Open that notebook and run it by itself, or run this one as a job: "dagbook job run".'
          throw new Problem('DB-1501', what, {}, todo)
        }
        return this.#host.notebook(question.path, question.timeout, question.arguments)
      }
      case 'taskValue': {
        const value = await this.#host.taskValue?.(question.task, question.key)
        return value === undefined ? null : { value }
      }
    }
  }

  #send(header: unknown, body?: unknown): void {
    if (this.#over !== null || !this.#child.stdin.writable) return
    this.#child.stdin.write(encodeFrame(header, body === undefined ? undefined : Buffer.from(JSON.stringify(body))))
  }

  #end(reason: string): string {
    this.#over = this.#stopping ? 'was stopped' : (this.#why ?? reason)
    const cell = this.#cell
    this.#cell = null
    cell?.reject(this.#death(cell.request))
    return this.#over
  }

  #death(request: RunRequest): Problem {
    return new Problem('DB-1202', `The Python process that ran the notebook ${this.#over}.`, { cell: request.title })
  }

  #kill(why: string): void {
    this.#why ??= why
    const { pid } = this.#child
    try {
      if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended in the meantime.
    }
    this.#child.kill('SIGKILL')
  }
}

function json(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8'))
}

/** Why a process ended, so that "it …" is a sentence. */
function reasonOf(code: number | null, signal: NodeJS.Signals | null, complaint: string): string {
  const fatal = /Fatal Python error: (.*)/.exec(complaint)?.[1]
  if (signal !== null) return `was killed by ${signal}${fatal === undefined ? '' : ` (${fatal})`}`
  const last = complaint.trim().split('\n').at(-1) ?? ''
  return `ended with exit code ${code}${last === '' ? '' : ` (${last})`}`
}

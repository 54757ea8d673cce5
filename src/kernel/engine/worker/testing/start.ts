import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Output, RunOutcome, RunRequest, Worker, WorkerHost } from '../../protocol.ts'
import { startWorker, type WorkerOptions } from '../../worker-process.ts'

const local = resolve(import.meta.dirname, '../../../../../.venv/bin/python')

/** The Python that tests run: an environment with pandas, Arrow, matplotlib and altair. */
export const python = process.env['DAGBOOK_TEST_PYTHON'] ?? (existsSync(local) ? local : 'python3')

const workerPath = resolve(import.meta.dirname, '..')

/** A host that has neither engine nor tables. */
export const noHost: WorkerHost = {
  engine: () => Promise.reject(new Error('There is no engine here.')),
  place: () => Promise.reject(new Error('There are no tables here.')),
}

/** A worker in a folder of its own, with what it prints and shows gathered. */
export class Bench {
  readonly folder: string
  worker: Worker
  stdout = ''
  stderr = ''
  /** Prints and outputs in the order in which they came. */
  said: string[] = []
  outputs: Output[] = []
  #runs = 0
  readonly #options: WorkerOptions

  private constructor(options: WorkerOptions, worker: Worker) {
    this.#options = options
    this.folder = options.cwd
    this.worker = worker
  }

  static async start(options: Partial<WorkerOptions> = {}): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'dagbook-worker-'))
    const resultsFolder = join(folder, 'results')
    const all = { python, workerPath, cwd: folder, resultsFolder, host: noHost, ...options }
    return new Bench(all, await startWorker(all))
  }

  /** A fresh process in the same folder. */
  async restart(): Promise<void> {
    await this.worker.stop()
    this.worker = await startWorker(this.#options)
  }

  /** Runs one cell; what it says replaces what the cell before said. */
  async run(source: string, more: Partial<RunRequest> = {}): Promise<RunOutcome> {
    this.stdout = this.stderr = ''
    this.said = []
    this.outputs = []
    this.#runs += 1
    return this.worker.run(
      {
        run: `run${this.#runs}`,
        title: 'a cell',
        kind: 'python',
        source,
        as: null,
        checkout: null,
        parameters: {},
        tables: {},
        ...more,
      },
      {
        stdout: (text, stream) => {
          this[stream] += text
          this.said.push(text)
        },
        output: (output) => {
          this.outputs.push(output)
          this.said.push('output')
        },
      },
    )
  }

  async stop(): Promise<void> {
    await this.worker.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Plain Python, which says what the cells of a notebook are worth. */
export class Oracle {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: Interface
  readonly #waiting: ((line: string) => void)[] = []

  constructor() {
    const env = { ...process.env, PYTHONHASHSEED: '0' }
    this.#child = spawn(python, ['-s', join(import.meta.dirname, 'oracle.py')], { env })
    this.#child.stderr.pipe(process.stderr)
    this.#lines = createInterface(this.#child.stdout)
    this.#lines.on('line', (line) => this.#waiting.shift()?.(line))
  }

  /** The `repr` of each cell's last expression ("" for none), or the name and message of its exception. */
  async values(cells: readonly string[]): Promise<string[]> {
    const line = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve)
      this.#child.stdin.write(`${JSON.stringify(cells)}\n`)
    })
    return JSON.parse(line) as string[]
  }

  stop(): void {
    this.#child.stdin.end()
    this.#lines.close()
  }
}

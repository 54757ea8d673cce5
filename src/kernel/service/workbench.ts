import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultNamespace } from '../analysis/index.ts'
import type { AppView } from '../contract/index.ts'
import {
  engineFiles,
  openWarehouse,
  startSpark,
  startWorker,
  type SparkServer,
  type Warehouse,
  type Worker,
  type WorkerHost,
} from '../engine/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import { folderOf, projectFiles, type Project } from '../project/index.ts'
import { installedPackages, type Packages } from './packages.ts'
import type { DraftTable, Session, SessionHost } from '../session/index.ts'

/** Where this copy of Dagbook has what `npm start` set up. */
export interface Installation {
  /** The Python of the environment that cells run in. */
  readonly python: string
  /** The folder that holds the worker's package. */
  readonly workerPath: string
  /** Where the engine's files are. */
  readonly cache: string
}

/** How long a page that opens a notebook has the machine to itself before Spark starts, in milliseconds. */
const PAGE_FIRST = 1_500

/** What the sessions and jobs of one project share: its tables, its engine, its Python. */
export class Workbench {
  readonly project: Project
  readonly warehouse: Warehouse
  readonly resultsFolder: string
  /** The draft under which this process keeps its table versions. */
  readonly draft = `s${process.pid}x${Date.now().toString(36)}`
  readonly #installation: Installation
  readonly #listeners = new Set<() => void>()
  #engine: Promise<SparkServer> | null = null
  #warming: NodeJS.Timeout | null = null
  #engineView: AppView['engine'] = { state: 'off', message: 'Spark is not needed yet' }
  #python: AppView['python'] = null
  #packages: Promise<Packages> | null = null

  private constructor(project: Project, warehouse: Warehouse, installation: Installation) {
    this.project = project
    this.warehouse = warehouse
    this.resultsFolder = join(project.hidden, 'results')
    this.#installation = installation
  }

  /** Opens a project's workbench. Throws DB-1104 if the project cannot be written to, DB-1201 if there is no Python. */
  static async open(project: Project, installation: Installation): Promise<Workbench> {
    const workbench = new Workbench(project, await openWarehouse(project.root), installation)
    await mkdir(workbench.resultsFolder, { recursive: true }).catch((error: unknown) => {
      throw new Problem('DB-1104', 'The project cannot be written to.', { path: project.root }, undefined, error)
    })
    workbench.#python = await pythonOf(installation.python)
    void workbench.warehouse.collectDrafts([workbench.draft]).catch(() => [])
    return workbench
  }

  get python(): AppView['python'] {
    return this.#python
  }

  /** The packages that cells can import. */
  packages(): Promise<Packages> {
    return (this.#packages ??= installedPackages(this.#installation.python))
  }

  get engineView(): AppView['engine'] {
    return this.#engineView
  }

  /** Listens to the engine's state. */
  onEngine(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** What a session on one of the project's notebooks works with. */
  sessionHost(notebook: string): SessionHost {
    const read = projectFiles(this.project)
    return {
      project: this.project.root,
      context: { namespace: defaultNamespace, files: read, folder: folderOf(this.project, notebook) },
      tables: this.warehouse,
      draft: this.draft,
      startWorker: (host) => this.startWorker(host),
      engine: () => this.engine(),
    }
  }

  /** Starts a Python process in the project. */
  startWorker(host: WorkerHost, environment: Record<string, string> = {}): Promise<Worker> {
    return startWorker({
      python: this.#installation.python,
      workerPath: this.#installation.workerPath,
      cwd: this.project.root,
      resultsFolder: this.resultsFolder,
      host,
      env: environment,
    })
  }

  /** The engine's address. Starts it at the first call, and again after it died. Throws DB-1203, DB-1204. */
  async engine(): Promise<string> {
    this.#engine ??= this.#startEngine()
    return (await this.#engine).address
  }

  /** Starts the engine soon, in the background; whoever needs it before starts it at once, and is told its failure. */
  warmEngine(): void {
    this.#warming ??= setTimeout(() => {
      this.#warming = null
      this.engine().catch(() => undefined)
    }, PAGE_FIRST).unref()
  }

  /** Makes a session's drafts the project's tables. Returns their names. Throws DB-1304 if a table changed meanwhile. */
  async saveDrafts(session: Session): Promise<string[]> {
    const drafts = session.drafts.unsaved()
    const promotions = drafts.map(({ table, place, base }) => ({
      table,
      location: place.location,
      expectedStamp: base,
    }))
    if (promotions.length > 0) await this.warehouse.promote(this.draft, promotions)
    session.drafts.saved(drafts)
    return drafts.map(({ table }) => table)
  }

  /** A draft as the page shows it. */
  draftView({ table, place, base, cell }: DraftTable): AppView['drafts'][number] {
    return { table, change: place.location === null ? 'dropped' : base === null ? 'new' : 'changed', cell }
  }

  /** Ends the engine and drops this process's drafts. */
  async close(): Promise<void> {
    clearTimeout(this.#warming ?? undefined)
    const engine = await this.#engine?.catch(() => null)
    await engine?.stop()
    await this.warehouse.dropDraft(this.draft)
  }

  async #startEngine(): Promise<SparkServer> {
    this.#tellEngine('starting', 'Starting Spark…')
    try {
      const cache = join(this.#installation.cache, 'engine')
      const files = await engineFiles({ python: this.#installation.python, cache })
      if (files === null) throw new Problem('DB-1204', 'Spark is not set up.')
      const server = await startSpark({ python: this.#installation.python, files, project: this.project.root })
      this.#tellEngine('ready', 'Spark 4.0.5')
      void server.ended.then((reason) => {
        this.#engine = null
        this.#tellEngine('off', `Spark has ended: ${reason}`)
      })
      return server
    } catch (error) {
      this.#engine = null
      this.#tellEngine('failed', asProblem(error).what)
      throw error
    }
  }

  #tellEngine(state: AppView['engine']['state'], message: string): void {
    this.#engineView = { state, message }
    for (const listener of this.#listeners) listener()
  }
}

async function pythonOf(python: string): Promise<AppView['python']> {
  const script = 'import sys; print(".".join(map(str, sys.version_info[:3])))'
  const answer = await promisify(execFile)(python, ['-I', '-c', script]).catch((error: unknown) => {
    throw new Problem(
      'DB-1201',
      'The Python environment does not start.',
      { path: python },
      'Run "npm start" to set it up.',
      error,
    )
  })
  return { version: answer.stdout.trim(), path: python }
}

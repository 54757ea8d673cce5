import { randomUUID } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import type { Fix } from '../analysis/index.ts'
import type { FixView, News, Method, Requests, Topic } from '../contract/index.ts'
import { entryOf } from '../diagnostics/index.ts'
import type { z } from 'zod'
import { listNotebooks, notedFiles } from '../project/index.ts'
import { Problem } from '../problem/index.ts'
import { lessonCodes, OpenDocument, Session, UnsavedText } from '../session/index.ts'
import { convertedPath, convertTo } from './convert.ts'
import { createNotebook } from './create.ts'
import { exportView, prepareExport, writeFiles, type Exportable } from './export.ts'
import { versionOf } from './packages.ts'
import type { Workbench } from './workbench.ts'

type Parsed<M extends Method> = z.output<Requests[M]['params']>
type Answer<M extends Method> = z.output<Requests[M]['result']>
type Handlers = { [M in Method]: (params: Parsed<M>) => Promise<Answer<M>> }

/** The kernel as pages see it: open notebooks of one project, and news for everybody who listens. */
export class KernelService {
  readonly #workbench: Workbench
  readonly #sessions = new Map<string, Session>()
  readonly #byPath = new Map<string, Promise<Session>>()
  readonly #listeners = new Map<Topic, Set<(news: never) => void>>()
  readonly #first: string | null

  /** `first`: the notebook that a page shows at once, relative to the project. */
  constructor(workbench: Workbench, first: string | null) {
    this.#workbench = workbench
    this.#first = first
    workbench.onEngine(() => void this.#tellApp())
  }

  /** Answers one request of the contract. Throws Problems. */
  async handle<M extends Method>(method: M, params: Parsed<M>): Promise<Answer<M>> {
    return this.#handlers[method](params)
  }

  /** Listens to news; returns how to stop. */
  on<T extends Topic>(topic: T, listener: (news: News<T>) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  /** Ends every session's process and the engine. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()))
    await this.#workbench.close()
  }

  readonly #handlers: Handlers = {
    'app/open': () => this.#appView(),
    'document/open': async ({ path }) => (await this.#open(path)).view(),
    'document/create': async ({ path }) => {
      await createNotebook(this.#workbench.project, path)
      const session = await this.#open(path)
      await this.#tellApp()
      return session.view()
    },
    'document/edit': async ({ doc, rev, edits }) => ({ rev: await this.#session(doc).edit(rev, edits) }),
    'document/save': async ({ doc, overwrite }) => {
      await this.#session(doc).save(overwrite)
      return {}
    },
    'document/reload': async ({ doc }) => {
      const session = this.#session(doc)
      await session.reload()
      return session.view()
    },
    'document/compare': ({ doc }) => this.#session(doc).compare(),
    'document/convert': async ({ doc }) => {
      const { path, notebook } = this.#session(doc).document
      const target = convertedPath(notebook, path)
      const left = await convertTo(notebook, target)
      await this.#tellApp()
      return { path: relative(this.#workbench.project.root, target).replaceAll('\\', '/'), left: [...left] }
    },
    'diagnostic/fixes': async ({ doc, ...wanted }) => {
      const session = this.#session(doc)
      const versions = wanted.code === 'pip-without-version' ? await this.#workbench.packages() : null
      const fixes = session.fixes(wanted, versions === null ? {} : { installed: (name) => versionOf(versions, name) })
      const entry = entryOf(wanted.code)
      if (fixes === null) throw new Problem('DB-1302', 'The notebook changed since this was said.')
      const { title = wanted.code, explanation = wanted.message } = entry ?? {}
      return { title, explanation, fixes: fixes.map(editable) }
    },
    'run/cells': async ({ doc, cells }) => {
      await this.#session(doc).runCells(cells)
      return {}
    },
    'run/all': async ({ doc }) => {
      await this.#session(doc).runAll()
      return {}
    },
    'run/interrupt': async ({ doc }) => {
      this.#session(doc).interrupt()
      return {}
    },
    'session/restart': async ({ doc }) => {
      await this.#session(doc).restart()
      return {}
    },
    'parameter/set': async ({ doc, name, value }) => {
      await this.#session(doc).setParameter(name, value)
      return {}
    },
    'export/preview': async ({ doc }) =>
      exportView(await prepareExport(this.#exportable(doc), false), this.#workbench.project.root),
    'export/write': async ({ doc, files }) => {
      const prepared = await prepareExport(this.#exportable(doc), false)
      return { written: await writeFiles(prepared.files, this.#workbench.project.root, (path) => files.includes(path)) }
    },
    'drafts/save': async () => {
      const tables: string[] = []
      for (const session of this.#sessions.values()) tables.push(...(await this.#workbench.saveDrafts(session)))
      for (const session of this.#sessions.values()) await session.refresh()
      await this.#tellApp()
      return { tables }
    },
    'drafts/discard': async () => {
      for (const session of this.#sessions.values()) await session.drafts.forget()
      await this.#tellApp()
      return {}
    },
  }

  async #open(path: string): Promise<Session> {
    const absolute = resolve(this.#workbench.project.root, path)
    const known = this.#byPath.get(absolute)
    if (known !== undefined) return known
    const opening = this.#openSession(absolute)
    this.#byPath.set(absolute, opening)
    opening.catch(() => this.#byPath.delete(absolute))
    return opening
  }

  async #openSession(path: string): Promise<Session> {
    // Never what an earlier kernel called it: a page that saw that one must notice.
    const id = randomUUID()
    const unsaved = new UnsavedText(join(this.#workbench.project.hidden, 'unsaved'), path)
    const document = await OpenDocument.open(path, `${id}-`, unsaved)
    const session = await Session.open(id, document, this.#workbench.sessionHost(path), {
      document: (patch) => this.#tell('document/changed', patch),
      run: (patch) => this.#tell('run/changed', patch),
      drafts: () => void this.#tellApp(),
    })
    session.follow()
    this.#sessions.set(session.id, session)
    if (session.needsEngine) this.#workbench.warmEngine()
    return session
  }

  /** What export sees: the notebook as it stands on the page, understood without what runs taught. */
  #exportable(doc: string): Exportable {
    const session = this.#session(doc)
    const files = notedFiles(this.#workbench.project)
    const { cells, graph } = session.committed(files.read)
    return {
      project: this.#workbench.project,
      path: session.document.path,
      preamble: session.document.notebook.preamble,
      cells: cells.map(({ id, key, cell, analysis }) => ({
        id,
        key,
        kind: cell.kind,
        title: cell.title,
        source: cell.source,
        analysis,
      })),
      graph,
      files: files.noted,
      unrecorded: unrecordedIn(session),
    }
  }

  #session(doc: string): Session {
    const session = this.#sessions.get(doc)
    if (session === undefined) throw new Problem('DB-1602', `No notebook is open as ${doc}.`)
    return session
  }

  #tell<T extends Topic>(topic: T, news: News<T>): void {
    for (const listener of this.#listeners.get(topic) ?? []) (listener as (news: News<T>) => void)(news)
  }

  async #tellApp(): Promise<void> {
    this.#tell('app/changed', await this.#appView())
  }

  async #appView(): Promise<News<'app/changed'>> {
    const { project } = this.#workbench
    const drafts = [...this.#sessions.values()].flatMap((session) =>
      session.drafts.unsaved().map((draft) => this.#workbench.draftView(draft)),
    )
    return {
      project: { name: project.name, path: project.root },
      notebooks: await listNotebooks(project),
      open:
        this.#first === null ? null : relative(project.root, resolve(project.root, this.#first)).replaceAll('\\', '/'),
      python: this.#workbench.python,
      engine: this.#workbench.engineView,
      drafts,
    }
  }
}

/** What stands against an export because the text does not say it. */
function unrecordedIn({ understanding: { diagnostics, byId } }: Session): NonNullable<Exportable['unrecorded']> {
  return diagnostics
    .filter(({ code, cell }) => lessonCodes.has(code) && byId.get(cell)!.mode !== 'not-in-job')
    .map(({ cell, line, message }) => ({ cell: byId.get(cell)!.key, line, message }))
}

function editable({ title, edits }: Fix): FixView {
  return { title, edits: edits.map((edit) => ({ ...edit })) }
}

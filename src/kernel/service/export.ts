import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative } from 'node:path'
import { parse } from 'yaml'
import { defaultNamespace, mayCallNotebooks, notebookCalls } from '../analysis/index.ts'
import { buildBundle, readSettings } from '../bundle/index.ts'
import type { ExportFile, ExportView } from '../contract/index.ts'
import type { Cell } from '../notebook/index.ts'
import { planNotebook, type Plan, type PlanCell, type PlanInput } from '../plan/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import { folderOf, type Project } from '../project/index.ts'
import type { Graph } from '../graph/index.ts'

/** A notebook as export wants it: understood, with the file it stands in. */
export interface Exportable {
  readonly project: Project
  /** Absolute. */
  readonly path: string
  readonly preamble: string
  readonly cells: readonly PlanCell[]
  readonly graph: Graph
  /** The project's modules and notebooks that its analysis looked into, by path from the root. */
  readonly files: PlanInput['files']
  /** What runs taught in this session and the text does not say: nothing is written before it is noted. */
  readonly unrecorded?: readonly { readonly cell: string; readonly line: number; readonly message: string }[]
}

/** What an export would write, and the plan behind it. */
export interface PreparedExport {
  readonly plan: Plan
  /** Paths relative to the target, with "/", and their new text; null: a file of an earlier export that goes. */
  readonly files: ReadonlyMap<string, string | null>
  /** Why nothing can be written, for people; empty if it can. */
  readonly refused: readonly string[]
  /** The one problem behind `refused`, if it is not in the notebook's cells. */
  readonly problem: Problem | null
}

/** The notebooks that a notebook calls, whatever its parameters are. */
function callsOf({ project, path, cells, files }: Exportable): PlanInput['calls'] {
  const notebook = { cells: cells as readonly Pick<Cell, 'kind' | 'source'>[] as readonly Cell[] }
  const context = {
    namespace: defaultNamespace,
    files: (file: string) => files.get(file) ?? null,
    folder: folderOf(project, path),
  }
  return mayCallNotebooks(notebook, context) ? notebookCalls(notebook, context, 'open').calls : []
}

/** The plan of a notebook. */
export function planOf(source: Exportable): Plan {
  return planNotebook({
    name: jobName(source.path),
    path: relative(source.project.root, source.path).replaceAll('\\', '/'),
    cells: source.cells,
    graph: source.graph,
    files: source.files,
    calls: callsOf(source),
  })
}

/**
 * Plans a notebook and builds its bundle: into the project's `build/<name>`, or, with `complete`, all that a bundle needs for a folder of its own.
 * Throws the Problems of settings that cannot be read.
 */
export async function prepareExport(source: Exportable, complete: boolean): Promise<PreparedExport> {
  const { project, path, preamble } = source
  const plan = planOf(source)
  const refused = [...plan.refused, ...(source.unrecorded ?? [])].map(
    ({ cell, line, message }) => `${cell}, line ${line}: ${message}`,
  )
  if (refused.length > 0) return { plan, files: new Map(), refused, problem: null }
  if (plan.tasks.length === 0) {
    const what = 'This notebook has no cell that does work, so there is no job to write.'
    return { plan, files: new Map(), refused: [what], problem: new Problem('DB-1405', what) }
  }
  const settingsPath = path.slice(0, -extname(path).length) + '.dagbook.yml'
  const settings = existsSync(settingsPath) ? readSettings(await readFile(settingsPath, 'utf8'), settingsPath) : {}
  const rootFile = join(project.root, 'databricks.yml')
  const modules = new Map([...source.files].filter(([file]) => plan.modules.includes(file)))
  try {
    const bundle = buildBundle(plan, settings, {
      path: relative(project.root, path).replaceAll('\\', '/'),
      ...(existsSync(settingsPath) ? { settingsPath: relative(project.root, settingsPath).replaceAll('\\', '/') } : {}),
      preamble,
      modules,
      project: project.name.replace(/[^A-Za-z0-9_]+/g, '_'),
      variables: existsSync(rootFile) && !complete ? await variablesOf(rootFile) : null,
    })
    const files = new Map<string, string | null>(bundle.files)
    if (complete || !existsSync(rootFile)) files.set('databricks.yml', bundle.root)
    if (!complete)
      for (const old of await filesIn(project.root, `build/${plan.name}`)) if (!files.has(old)) files.set(old, null)
    return { plan, files, refused: [], problem: null }
  } catch (error) {
    const problem = asProblem(error)
    return { plan, files: new Map(), refused: [problem.message], problem }
  }
}

/** An export beside what stands at the target now. */
export async function exportView(prepared: PreparedExport, target: string): Promise<ExportView> {
  const files: ExportFile[] = []
  for (const [path, after] of prepared.files) {
    const before = await readFile(join(target, path), 'utf8').catch(() => null)
    if (before !== after) files.push({ path, before, after })
  }
  const { plan } = prepared
  return {
    name: plan.name,
    folder: target,
    tasks: plan.tasks.map(taskView),
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    refused: [...prepared.refused],
  }
}

/** Copies the project's files that tasks read into a folder that holds a complete bundle. Returns their paths. */
export async function copyData({ plan }: PreparedExport, project: Project, target: string): Promise<string[]> {
  const data = plan.data ?? []
  for (const path of data) {
    await cp(join(project.root, path), join(target, path), { recursive: true }).catch((error: unknown) => {
      throw new Problem('DB-1404', 'A data file could not be copied into the export.', { path }, undefined, error)
    })
  }
  return [...data]
}

/** A task as pages and `dagbook plan` tell it. */
export function taskView({
  key,
  pieces,
  dependsOn,
  handover,
  why,
}: Plan['tasks'][number]): ExportView['tasks'][number] {
  const cells = [...new Set(pieces.filter((piece) => !piece.setup).map((piece) => piece.key))]
  return { key, cells, depends_on: [...dependsOn], handover: { in: [...handover.in], out: [...handover.out] }, why }
}

/**
 * Writes the chosen files, each whole or not at all: all are written beside their places before the first takes its place. Returns their paths.
 * Throws DB-1404 if one cannot be written; then none has changed.
 */
export async function writeFiles(
  files: ReadonlyMap<string, string | null>,
  target: string,
  chosen: (path: string) => boolean,
): Promise<string[]> {
  const suffix = `.${randomBytes(6).toString('hex')}.tmp`
  const todo = [...files].filter(([path]) => chosen(path))
  const beside: string[] = []
  const folders: string[] = []
  try {
    for (const [path, text] of todo) {
      if (text === null) continue
      const at = join(target, path)
      const made = await mkdir(dirname(at), { recursive: true })
      if (made !== undefined) folders.push(made)
      beside.push(at + suffix)
      await writeFile(at + suffix, text, { flag: 'wx' })
      // A file cannot take the place of a folder, and after the first rename it would be too late to find that out.
      const there = await stat(at).catch(() => null)
      if (there?.isDirectory() === true) throw new Error(`There is a folder at ${at}.`)
    }
  } catch (error) {
    for (const path of beside) await rm(path, { force: true }).catch(() => undefined)
    for (const path of folders.reverse()) await rm(path, { recursive: true, force: true })
    throw new Problem('DB-1404', 'The export could not be written.', { path: target }, undefined, error)
  }
  for (const [path, text] of todo) {
    const at = join(target, path)
    if (text === null) await rm(at, { force: true })
    else await rename(at + suffix, at)
  }
  return todo.map(([path]) => path)
}

function jobName(path: string): string {
  return basename(path, extname(path)).replace(/[^A-Za-z0-9_]+/g, '_')
}

/** The names under `variables` of a project's `databricks.yml`; null: it cannot be told. */
async function variablesOf(path: string): Promise<ReadonlySet<string> | null> {
  try {
    const root: unknown = parse(await readFile(path, 'utf8'))
    const variables = typeof root === 'object' && root !== null && 'variables' in root ? root.variables : null
    return new Set(typeof variables === 'object' && variables !== null ? Object.keys(variables) : [])
  } catch {
    return null
  }
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

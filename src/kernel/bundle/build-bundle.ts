import { Document } from 'yaml'
import type { Plan } from '../plan/index.ts'
import { Problem } from '../problem/index.ts'
import handover from './dagbook_handover.py?raw'
import { copiedFile } from './copied-file.ts'
import { fileFaults, sizeFaults } from './file-faults.ts'
import { jobOf } from './job.ts'
import { jobFaults } from './job-faults.ts'
import { referenceFaults } from './reference-faults.ts'
import { schemaFaults, type Fault } from './schema.ts'
import { isMapping, type Mapping, type Settings } from './settings.ts'
import { taskNotebook, type TaskCell } from './task-notebook.ts'

export interface BundleOptions {
  /** Path of the notebook in its project. */
  readonly path: string
  /** Path of the settings file, for the header and for messages. */
  readonly settingsPath?: string
  /** The preamble of the notebook: its environment block is repeated in every task. */
  readonly preamble?: string
  /** Texts of the project's files by path; those in `plan.modules` are copied. */
  readonly modules: ReadonlyMap<string, string>
  /** Name of the project's bundle, for a `databricks.yml` that is written anew. */
  readonly project: string
  /** Names that the project's own `databricks.yml` declares under `variables`; null: not known. */
  readonly variables?: ReadonlySet<string> | null
}

/** Everything that an export writes: paths relative to the project's root, with `/`, in order. */
export interface Bundle {
  readonly files: ReadonlyMap<string, string>
  /** The text of `databricks.yml` for a project that has none. */
  readonly root: string
}

/** `cells.json`: which cell and line of the notebook every line of a task came from. */
export interface CellMap {
  readonly notebook: string
  readonly tasks: Readonly<Record<string, readonly TaskCell[]>>
}

/** Where values that cross tasks lie, unless somebody says otherwise for a target. */
const handoverFolder = '/Volumes/main/default/dagbook'

/**
 * Builds the bundle of a plan. Pure; the same plan gives the same bytes. Throws `DB-1401` for a refused plan and
 * `DB-1402`, with path and reason, for a bundle that the official schema or the service would refuse.
 */
export function buildBundle(plan: Plan, settings: Settings, options: BundleOptions): Bundle {
  refuse(plan)
  const folder = `build/${plan.name}`
  const yaml = `${folder}/resources/${plan.name}.job.yml`
  const configuration = configurationOf(plan, settings)
  const root = rootText(options.project)
  const files = new Map<string, string>()
  const cells: Record<string, readonly TaskCell[]> = {}
  files.set(yaml, yamlText(configuration, headerOf(options)))
  const origin = {
    path: options.path,
    environment: environmentOf(options.preamble ?? ''),
    notebook: (path: string) => copiedFile(path, options.modules.get(path) ?? ''),
  }
  for (const task of [...plan.tasks].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const notebook = taskNotebook(task, plan, origin)
    files.set(`${folder}/src/tasks/${task.key}.py`, notebook.text)
    cells[task.key] = notebook.cells
  }
  files.set(`${folder}/src/cells.json`, cellMapText({ notebook: options.path, tasks: cells }))
  files.set(`${folder}/src/dagbook_handover.py`, handover)
  for (const module of plan.modules) {
    const path = `${folder}/src/${module}`
    if (files.has(path) || module.startsWith('tasks/'))
      throw invalid({ path: module, reason: 'A file of the export has this name.' })
    files.set(path, copiedFile(module, options.modules.get(module) ?? ''))
  }
  const fault = faultsOf(configuration, yaml, files, options.variables ?? null)[0]
  if (fault !== undefined) throw invalid(fault, options.settingsPath)
  return { files, root }
}

/** All that is wrong with a configuration: what the official schema says, then what it does not see. */
export function faultsOf(
  configuration: Mapping,
  yaml: string,
  files: ReadonlyMap<string, string>,
  variables: ReadonlySet<string> | null,
): Fault[] {
  const resources = configuration['resources']
  const jobs = isMapping(resources) && isMapping(resources['jobs']) ? Object.entries(resources['jobs']) : []
  return [
    ...schemaFaults(configuration),
    ...jobs.flatMap(([key, job]) => {
      if (!isMapping(job)) return []
      const at = `resources.jobs.${key}`
      return [...jobFaults(job, at), ...fileFaults(job, at, yaml, files)]
    }),
    ...referenceFaults(configuration, variables),
    ...sizeFaults(files),
  ]
}

function refuse(plan: Plan): void {
  const first = plan.refused[0]
  if (first === undefined) return
  const more = plan.refused.length === 1 ? '' : ` There are ${plan.refused.length - 1} more.`
  throw new Problem('DB-1401', `${first.message}${more}`, { cell: first.cell, line: first.line })
}

function invalid({ path, reason }: Fault, settings?: string): Problem {
  const from = settings === undefined ? {} : { path: settings }
  return new Problem('DB-1402', `\`${path}\`: ${reason}`, from)
}

/** What the file in `resources/` says. */
export function configurationOf(plan: Plan, settings: Settings): Mapping {
  const job = jobOf(plan, settings, {
    notebook: (task) => `../src/tasks/${task}.py`,
    root: '${workspace.file_path}',
    source: `\${workspace.file_path}/build/${plan.name}/src`,
    handover: '${var.dagbook_handover}',
  })
  const passes = plan.tasks.some(({ handover: { out } }) => out.length > 0)
  const targets = Object.entries(settings.targets ?? {}).map(([target, own]): [string, Mapping] => [
    target,
    { resources: { jobs: { [plan.name]: own ?? {} } } },
  ])
  return {
    ...(passes
      ? {
          variables: {
            dagbook_handover: { description: 'Folder for values that cross tasks.', default: handoverFolder },
          },
        }
      : {}),
    resources: { jobs: { [plan.name]: job } },
    ...(targets.length === 0 ? {} : { targets: Object.fromEntries(targets) }),
  }
}

function headerOf({ path, settingsPath }: BundleOptions): string {
  const sources = settingsPath === undefined ? path : `${path} and ${settingsPath}`
  return ` Written by Dagbook from ${sources}. Do not edit: export writes it anew.`
}

function rootText(project: string): string {
  const configuration: Mapping = {
    bundle: { name: project },
    include: ['build/*/resources/*.yml'],
    sync: { exclude: ['.dagbook/**', '.venv/**'] },
    targets: {
      dev: { mode: 'development', default: true },
      prod: {
        mode: 'production',
        workspace: {
          root_path: '/Workspace/Users/${workspace.current_user.userName}/.bundle/${bundle.name}/${bundle.target}',
        },
      },
    },
  }
  return yamlText(configuration, ' A Databricks bundle. Written once by Dagbook; from now on it is yours.')
}

function yamlText(configuration: Mapping, header: string): string {
  const document = new Document(configuration, { aliasDuplicateObjects: false })
  document.commentBefore = header
  return document.toString({ lineWidth: 0 })
}

/** One line a cell, so that a change of the notebook is a small change here. */
function cellMapText({ notebook, tasks }: CellMap): string {
  const entries = Object.entries(tasks).map(([key, cells]) => {
    const rows = cells.map((cell) => `      ${JSON.stringify(cell)}`)
    return `    ${JSON.stringify(key)}: [\n${rows.join(',\n')}\n    ]`
  })
  return `{\n  "notebook": ${JSON.stringify(notebook)},\n  "tasks": {\n${entries.join(',\n')}\n  }\n}\n`
}

/** The environment block of a preamble (`# /// script` … `# ///`), as Python comments. */
function environmentOf(preamble: string): string {
  const block = /^(#|--|\/\/) \/\/\/ script\r?\n[\s\S]*?^\1 \/\/\/[ \t]*(?:\r?\n|$)/m.exec(preamble)
  if (block === null) return ''
  const lines = block[0].trimEnd().split(/\r?\n/)
  return lines.map((line) => `#${line.slice(block[1]!.length)}\n`).join('')
}

import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { isMapping, merge, type Mapping, type Value } from '../bundle/index.ts'
import { Problem } from '../problem/index.ts'
import { Job } from './job-shape.ts'

/** A job as it stands in a bundle on disk. */
export interface BundledJob {
  readonly key: string
  readonly job: Job
  /** Absolute path of the folder that paths of its tasks are relative to: that of the file that declares the job. */
  readonly folder: string
  /** Absolute path of the bundle's root. */
  readonly root: string
  /** What `${…}` stands for: `var.x`, `bundle.name`, `bundle.target`, …. */
  readonly references: ReadonlyMap<string, string>
}

/**
 * Reads the job of a bundle: a folder with `databricks.yml`, or a `build/<name>` of one. `job` chooses where there are
 * several, `target` defaults to the bundle's own default. Throws `DB-1403` for anything else.
 */
export function readBundle(
  folder: string,
  { job: wanted, target }: { job?: string; target?: string } = {},
): BundledJob {
  const path = resolve(folder)
  const whole = existsSync(join(path, 'databricks.yml'))
  if (!whole && !existsSync(join(path, 'resources')))
    throw notBundle(path, 'It has no `databricks.yml` and no `resources`.')
  const root = whole ? path : dirname(dirname(path))
  const rootFile = join(root, 'databricks.yml')
  const base = existsSync(rootFile) ? readYaml(rootFile) : {}
  const files = whole ? included(base, root) : included({ include: ['resources/*.yml'] }, path)
  const declared = new Map<string, { folder: string; job: Mapping }>()
  let configuration = base
  for (const file of [...(whole ? [rootFile] : []), ...files]) {
    const part = readYaml(file)
    if (file !== rootFile) configuration = merge(configuration, part)
    for (const [key, job] of Object.entries(jobsOf(part)))
      if (isMapping(job)) declared.set(key, { folder: dirname(file), job })
  }
  const key = choose([...declared.keys()], wanted, path)
  const chosen = targetOf(configuration, target)
  const override = jobsOf(chosen.settings)[key]
  const merged = isMapping(override) ? mergeJob(declared.get(key)!.job, override) : declared.get(key)!.job
  const parsed = Job.safeParse(merged)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw notBundle(path, `Its job \`${key}\` is not as it should be: ${issue.path.join('.')}: ${issue.message}.`)
  }
  const references = new Map<string, string>([
    ['bundle.name', textAt(configuration, 'bundle', 'name') ?? basename(root)],
    ['bundle.target', chosen.name],
    ['workspace.file_path', root],
    ['workspace.root_path', root],
    ['workspace.current_user.userName', 'local'],
    ['workspace.current_user.short_name', 'local'],
    ...variables(configuration),
    ...variables(chosen.settings),
  ])
  return { key, job: parsed.data, folder: declared.get(key)!.folder, root, references }
}

function included(configuration: Mapping, folder: string): string[] {
  const patterns = z.array(z.string()).catch([]).parse(configuration['include'])
  return [...new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: folder })))]
    .sort()
    .map((file) => join(folder, file))
}

function readYaml(path: string): Mapping {
  const document = parseDocument(readFileSync(path, 'utf8'))
  const error = document.errors[0]
  if (error !== undefined) throw new Problem('DB-1403', `The file is not YAML: ${error.message}.`, { path })
  const value = document.toJS() as Value
  return isMapping(value) ? value : {}
}

function jobsOf(configuration: Mapping): Mapping {
  const { resources } = configuration
  return isMapping(resources) && isMapping(resources['jobs']) ? resources['jobs'] : {}
}

function choose(keys: readonly string[], wanted: string | undefined, path: string): string {
  if (wanted !== undefined && keys.includes(wanted)) return wanted
  if (wanted === undefined && keys.length === 1) return keys[0]!
  const what =
    keys.length === 0 ? 'It has no job.' : `Its jobs are ${keys.map((key) => `\`${key}\``).join(', ')}: say which.`
  throw notBundle(path, what)
}

function targetOf(configuration: Mapping, wanted: string | undefined): { name: string; settings: Mapping } {
  const targets = isMapping(configuration['targets']) ? configuration['targets'] : {}
  const isDefault = ([, target]: [string, Value]) => isMapping(target) && target['default'] === true
  const name = wanted ?? Object.entries(targets).find(isDefault)?.[0] ?? Object.keys(targets)[0] ?? 'dev'
  const settings = targets[name]
  return { name, settings: isMapping(settings) ? settings : {} }
}

/** Tasks merge by key and parameters by name, as in bundles; the rest by key of the mapping. */
function mergeJob(job: Mapping, override: Mapping): Mapping {
  const merged: Record<string, Value> = { ...merge(job, override) }
  for (const [field, id] of [
    ['tasks', 'task_key'],
    ['parameters', 'name'],
    ['job_clusters', 'job_cluster_key'],
  ] as const) {
    const [mine, theirs] = [listOf(job[field]), listOf(override[field])]
    if (theirs.length === 0) continue
    const byId = new Map(mine.map((each) => [each[id], each]))
    for (const each of theirs) byId.set(each[id], merge(byId.get(each[id]) ?? {}, each))
    merged[field] = [...byId.values()]
  }
  return merged
}

function listOf(value: Value | undefined): Mapping[] {
  return Array.isArray(value) ? (value as Value[]).filter(isMapping) : []
}

function variables(configuration: Mapping): [string, string][] {
  const declared = isMapping(configuration['variables']) ? configuration['variables'] : {}
  return Object.entries(declared).flatMap(([name, variable]): [string, string][] => {
    const value = isMapping(variable) ? variable['default'] : variable
    return typeof value === 'string' || typeof value === 'number' ? [[`var.${name}`, String(value)]] : []
  })
}

function textAt(configuration: Mapping, ...path: string[]): string | null {
  let value: Value | undefined = configuration
  for (const key of path) value = isMapping(value) ? value[key] : undefined
  return typeof value === 'string' ? value : null
}

function notBundle(path: string, what: string): Problem {
  return new Problem('DB-1403', `The folder cannot be run as a job. ${what}`, { path })
}

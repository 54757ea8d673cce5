import { mappings, text } from './job-faults.ts'
import type { Fault } from './schema.ts'
import { isMapping, type Mapping, type Value } from './settings.ts'

const known = /^(var|variables|bundle|workspace|resources|artifacts)\.[\w.[\]-]+$/
const runtime = new RegExp(
  `^(${[
    String.raw`job\.(id|name|run_id|repair_count|trigger\.[\w.]+|start_time\.\w+|parameters\.[\w.-]+)`,
    String.raw`task\.(name|run_id|execution_count|notebook_path|error_code)`,
    String.raw`tasks\.(\x60[^\x60]+\x60|\w+)\.[\w.\x60-]+`,
    String.raw`input(\.[\w.]+)?|workspace\.(id|url)|backfill\.\w+`,
  ].join('|')})$`,
)

/**
 * `${…}` that nothing answers, and `{{…}}` that the service would leave as it is. `variables`: names that the
 * project's own `databricks.yml` declares, null if that is not known.
 */
export function referenceFaults(configuration: Mapping, variables: ReadonlySet<string> | null): Fault[] {
  const faults: Fault[] = []
  const declared = isMapping(configuration['variables']) ? Object.keys(configuration['variables']) : []
  walk(configuration, '', (value, path) => {
    for (const [, name] of value.matchAll(/\$\{([^}]*)\}?/g)) {
      const variable = /^var\.(\w+)$/.exec(name!)?.[1]
      const missing =
        variable !== undefined && variables !== null && !variables.has(variable) && !declared.includes(variable)
      if (!known.test(name!) || missing)
        faults.push({ path, reason: `Nothing is known by the reference \`\${${name}}\`.` })
    }
    for (const [, name] of value.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)) {
      if (!runtime.test(name!)) faults.push({ path, reason: `Nothing is known by the reference \`{{${name}}}\`.` })
    }
  })
  const resources = configuration['resources']
  const jobs = isMapping(resources) && isMapping(resources['jobs']) ? resources['jobs'] : {}
  for (const [key, job] of Object.entries(jobs))
    if (isMapping(job)) faults.push(...taskReferences(job, `resources.jobs.${key}`))
  return faults
}

/** `{{tasks.x.…}}` speaks of a task that is over by then. */
function taskReferences(job: Mapping, at: string): Fault[] {
  const tasks = mappings(job['tasks'])
  const follows = new Map(
    tasks.map((task) => [text(task['task_key']), mappings(task['depends_on']).map((each) => text(each['task_key']))]),
  )
  const before = (key: string, seen = new Set<string>()): Set<string> => {
    for (const other of follows.get(key) ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      before(other, seen)
    }
    return seen
  }
  return tasks.flatMap((task, index) => {
    const faults: Fault[] = []
    walk(task, `${at}.tasks[${index}]`, (value, path) => {
      for (const [, quoted, bare] of value.matchAll(/\{\{\s*tasks\.(?:`([^`]+)`|(\w+))/g)) {
        const key = quoted ?? bare!
        if (!before(text(task['task_key'])).has(key))
          faults.push({ path, reason: `The task does not depend on \`${key}\`.` })
      }
    })
    return faults
  })
}

function walk(value: Value | undefined, path: string, visit: (text: string, path: string) => void): void {
  if (typeof value === 'string') visit(value, path)
  else if (Array.isArray(value)) (value as Value[]).forEach((each, index) => walk(each, `${path}[${index}]`, visit))
  else if (isMapping(value)) {
    for (const [key, each] of Object.entries(value)) walk(each, path === '' ? key : `${path}.${key}`, visit)
  }
}

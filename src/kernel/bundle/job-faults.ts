import type { Fault } from './schema.ts'
import { isMapping, type Mapping, type Value } from './settings.ts'

const types = [
  'notebook_task', 'sql_task', 'spark_python_task', 'python_wheel_task', 'for_each_task', 'condition_task', 'run_job_task',
  'pipeline_task', 'dbt_task', 'spark_jar_task', 'spark_submit_task', 'alert_task', 'dashboard_task', 'power_bi_task',
  'clean_rooms_notebook_task', 'ai_runtime_task', 'gen_ai_compute_task', 'dbt_platform_task', 'python_operator_task',
] // prettier-ignore
const computes = ['environment_key', 'job_cluster_key', 'existing_cluster_id', 'new_cluster']

/**
 * What the official schema does not see in a job and the service refuses, or takes and does something else than meant.
 */
export function jobFaults(job: Mapping, at: string): Fault[] {
  const faults: Fault[] = []
  const tell = (path: string, reason: string) => faults.push({ path: path === '' ? at : `${at}.${path}`, reason })
  limits(job, tell)
  starts(job, tell)
  parameters(job, tell)
  const tasks = mappings(job['tasks'])
  if (tasks.length === 0) tell('tasks', 'A job has at least one task.')
  if (tasks.length > 1000) tell('tasks', `A job has at most 1000 tasks; this one has ${tasks.length}.`)
  keysAndOrder(tasks, tell)
  tasks.forEach((task, index) => oneTask(task, `tasks[${index}]`, job, tasks, tell))
  return faults
}

type Tell = (path: string, reason: string) => void

function limits(job: Mapping, tell: Tell): void {
  const bytes = new TextEncoder().encode(text(job['name'])).length
  if (bytes === 0 || bytes > 4096) tell('name', 'The name has 1 to 4096 bytes.')
  if (text(job['description']).length > 27_700) tell('description', 'The description has at most 27,700 characters.')
  if (isMapping(job['tags']) && Object.keys(job['tags']).length > 25) tell('tags', 'A job has at most 25 tags.')
  for (const field of ['timeout_seconds', 'max_concurrent_runs']) {
    const value = job[field]
    if (typeof value === 'number' && value < 0) tell(field, 'It is not negative.')
  }
  if (typeof job['max_concurrent_runs'] === 'number' && job['max_concurrent_runs'] > 1000) {
    tell('max_concurrent_runs', 'At most 1000 runs go on at once.')
  }
  for (const [event, hooks] of Object.entries(
    isMapping(job['webhook_notifications']) ? job['webhook_notifications'] : {},
  )) {
    if (Array.isArray(hooks) && hooks.length > 3)
      tell(`webhook_notifications.${event}`, 'An event has at most 3 webhooks.')
  }
  for (const [event, people] of Object.entries(
    isMapping(job['email_notifications']) ? job['email_notifications'] : {},
  )) {
    for (const one of Array.isArray(people) ? (people as Value[]) : []) {
      if (typeof one === 'string' && !/@|\$\{/.test(one))
        tell(`email_notifications.${event}`, `\`${one}\` is no e-mail address.`)
    }
  }
}

function starts(job: Mapping, tell: Tell): void {
  const set = ['schedule', 'trigger', 'continuous'].filter((field) => job[field] != null)
  if (set.length > 1) tell(set[1]!, `A job is started by one of ${set.join(' and ')}, not by both.`)
  const cron = isMapping(job['schedule']) ? text(job['schedule']['quartz_cron_expression']) : ''
  if (cron !== '' && !cron.includes('${') && ![6, 7].includes(cron.trim().split(/\s+/).length)) {
    tell('schedule.quartz_cron_expression', `\`${cron}\` is no Quartz expression: that has 6 or 7 fields.`)
  }
}

function parameters(job: Mapping, tell: Tell): void {
  const names = new Set<string>()
  mappings(job['parameters']).forEach((parameter, index) => {
    const name = text(parameter['name'])
    if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
      tell(
        `parameters[${index}].name`,
        `\`${name}\`: a parameter's name has letters, digits, \`_\`, \`-\` and \`.\` only.`,
      )
    }
    if (names.has(name)) tell(`parameters[${index}].name`, `The parameter \`${name}\` is there twice.`)
    names.add(name)
  })
}

function keysAndOrder(tasks: readonly Mapping[], tell: Tell): void {
  const keys = tasks.map((task) => text(task['task_key']))
  const follows = new Map(keys.map((key, index) => [key, dependencies(tasks[index]!)]))
  keys.forEach((key, index) => {
    const path = `tasks[${index}].task_key`
    if (!/^[\w-]{1,100}$/.test(key))
      tell(path, `\`${key}\`: a task's key has 1 to 100 letters, digits, \`_\` and \`-\`.`)
    if (keys.indexOf(key) !== index) tell(path, `The task \`${key}\` is there twice.`)
    follows.get(key)!.forEach((other, at) => {
      const where = `tasks[${index}].depends_on[${at}]`
      if (!follows.has(other)) tell(where, `The task \`${other}\` does not exist.`)
      if (follows.get(key)!.indexOf(other) !== at) tell(where, `The task \`${other}\` is there twice.`)
    })
  })
  const cycle = findCycle(follows)
  if (cycle !== null) tell('tasks', `Tasks wait for each other: ${cycle.join(' → ')}.`)
}

function dependencies(task: Mapping): string[] {
  return mappings(task['depends_on']).map((each) => text(each['task_key']))
}

function findCycle(follows: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (key: string): string[] | null => {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key]
    if (done.has(key)) return null
    path.push(key)
    for (const next of follows.get(key) ?? []) {
      const found = visit(next)
      if (found !== null) return found
    }
    path.pop()
    done.add(key)
    return null
  }
  for (const key of follows.keys()) {
    const found = visit(key)
    if (found !== null) return found
  }
  return null
}

function oneTask(task: Mapping, at: string, job: Mapping, tasks: readonly Mapping[], tell: Tell): void {
  const key = text(task['task_key'])
  const own = types.filter((type) => task[type] != null)
  if (own.length !== 1)
    tell(at, `The task \`${key}\` has ${own.length === 0 ? 'no type' : own.join(' and ')}; it has exactly one.`)
  const compute = computes.filter((field) => task[field] != null)
  if (compute.length > 1) tell(at, `The task \`${key}\` has ${compute.join(' and ')}; it runs on one of them.`)
  if (task['environment_key'] != null && task['notebook_task'] != null) {
    tell(`${at}.environment_key`, 'Notebook tasks have their environment in the notebook itself.')
  }
  defined(task['job_cluster_key'], job['job_clusters'], 'job_cluster_key', `${at}.job_cluster_key`, tell)
  defined(task['environment_key'], job['environments'], 'environment_key', `${at}.environment_key`, tell)
  const needs = ['spark_python_task', 'python_wheel_task', 'dbt_task'].some((type) => task[type] != null)
  if (needs && compute.length === 0) tell(at, `The task \`${key}\` needs a cluster or an environment.`)
  const sql = task['sql_task']
  if (isMapping(sql) && text(sql['warehouse_id']) === '')
    tell(`${at}.sql_task`, `The task \`${key}\` has no warehouse.`)
  if (isMapping(task['notebook_task'])) {
    const size = JSON.stringify(task['notebook_task']['base_parameters'] ?? {}).length
    if (size > 1_000_000) tell(`${at}.notebook_task.base_parameters`, 'Parameters have at most 1 MB.')
  }
  const each = task['for_each_task']
  if (isMapping(each) && isMapping(each['task'])) {
    if (each['task']['for_each_task'] != null) tell(`${at}.for_each_task.task`, 'A loop cannot hold a loop.')
    else oneTask(each['task'], `${at}.for_each_task.task`, job, tasks, tell)
  }
  for (const field of ['timeout_seconds', 'min_retry_interval_millis']) {
    const value = task[field]
    if (typeof value === 'number' && value < 0) tell(`${at}.${field}`, 'It is not negative.')
  }
  mappings(task['depends_on']).forEach((dependency, index) => {
    const other = tasks.find((each) => each['task_key'] === dependency['task_key'])
    if (dependency['outcome'] != null && other !== undefined && other['condition_task'] == null) {
      tell(`${at}.depends_on[${index}].outcome`, 'Only a condition task has an outcome.')
    }
  })
}

function defined(key: Value | undefined, list: Value | undefined, field: string, path: string, tell: Tell): void {
  if (typeof key !== 'string' || key.includes('${')) return
  if (!mappings(list).some((each) => each[field] === key)) tell(path, `\`${key}\` is not defined in the job.`)
}

export function mappings(value: Value | undefined): Mapping[] {
  return Array.isArray(value) ? (value as Value[]).filter(isMapping) : []
}

export function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

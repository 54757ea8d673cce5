/** Replaces `${…}` by what the bundle knows. What it does not know stays. */
export function resolveBundle(text: string, references: ReadonlyMap<string, string>): string {
  let now = text
  // A variable may speak of another; bundles allow a few turns of that, not a circle.
  for (let turn = 0; turn < 5; turn++) {
    const next = now.replace(/\$\{([^}]+)\}/g, (whole, name: string) => references.get(name) ?? whole)
    if (next === now) break
    now = next
  }
  return now
}

/** What `{{…}}` may speak of while a task runs. */
export interface RunFacts {
  readonly job: { readonly name: string; readonly run: string; readonly started: Date }
  readonly parameters: Readonly<Record<string, string>>
  readonly task: { readonly key: string; readonly attempt: number; readonly notebook: string }
  /** A value that an earlier task set; undefined: none. */
  value(task: string, key: string): unknown
  /** How an earlier task ended. */
  result(task: string): string | undefined
}

/** Replaces `{{…}}` as Databricks does: what is not known stays as it is. */
export function resolveRun(text: string, facts: RunFacts): string {
  return text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (whole, name: string) => factOf(name, facts) ?? whole)
}

function factOf(name: string, facts: RunFacts): string | undefined {
  const { job, task } = facts
  const [space = '', first = '', ...rest] = name.replaceAll('`', '').split('.')
  if (space === 'job') {
    if (first === 'parameters') return facts.parameters[rest.join('.')]
    if (first === 'start_time') return timeOf(job.started, rest.join('.'))
    return { id: '0', name: job.name, run_id: job.run, repair_count: '0' }[first]
  }
  if (space === 'task') {
    return { name: task.key, run_id: job.run, execution_count: String(task.attempt), notebook_path: task.notebook }[
      first
    ]
  }
  if (space === 'tasks') {
    if (rest[0] === 'result_state') return facts.result(first)?.toLowerCase()
    if (rest[0] !== 'values') return undefined
    const value = facts.value(first, rest.slice(1).join('.'))
    return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value)
  }
  return undefined
}

function timeOf(time: Date, part: string): string | undefined {
  const iso = time.toISOString()
  const parts: Readonly<Record<string, string>> = {
    iso_date: iso.slice(0, 10),
    iso_datetime: iso.slice(0, 19),
    year: iso.slice(0, 4),
    month: String(time.getUTCMonth() + 1),
    day: String(time.getUTCDate()),
    hour: String(time.getUTCHours()),
    minute: String(time.getUTCMinutes()),
    second: String(time.getUTCSeconds()),
    timestamp_ms: String(time.getTime()),
    iso_weekday: String(time.getUTCDay() === 0 ? 7 : time.getUTCDay()),
    is_weekday: String(time.getUTCDay() % 6 !== 0),
  }
  return parts[part.replace(/[[\]]/g, '')]
}

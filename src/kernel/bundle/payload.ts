import type { Plan } from '../plan/index.ts'
import { jobOf } from './job.ts'
import type { Mapping, Settings } from './settings.ts'

export interface PayloadPlaces {
  /** Workspace folder that holds the bundle's files, such as `/Workspace/Users/me/.bundle/daily/dev/files`. */
  readonly files: string
  /** Folder for values that cross tasks, such as `/Volumes/main/default/dagbook`. */
  readonly handover: string
}

/**
 * The body of `jobs/create` and `jobs/reset` of the Jobs API 2.2. Permissions go by a call of their own, and are left
 * out.
 */
export function jobPayload(plan: Plan, settings: Settings, places: PayloadPlaces): Mapping {
  const { permissions: _, ...job } = jobOf(plan, settings, {
    notebook: (task) => `${places.files}/build/${plan.name}/src/tasks/${task}`,
    root: places.files,
    source: `${places.files}/build/${plan.name}/src`,
    handover: places.handover,
  })
  return { max_concurrent_runs: 1, queue: { enabled: true }, ...job, format: 'MULTI_TASK' }
}

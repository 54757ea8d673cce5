/** How a task ended, in Databricks' words. */
export type TaskResult =
  | 'SUCCESS'
  | 'FAILED'
  | 'TIMEDOUT'
  | 'CANCELED'
  | 'UPSTREAM_FAILED'
  | 'UPSTREAM_CANCELED'
  | 'SKIPPED'
  | 'EXCLUDED'
  | 'DISABLED'

/** How a run ended, in Databricks' words. */
export type RunResult = 'SUCCESS' | 'SUCCESS_WITH_FAILURES' | 'FAILED' | 'TIMEDOUT' | 'CANCELED'

export type RunIf =
  'ALL_SUCCESS' | 'ALL_DONE' | 'NONE_FAILED' | 'AT_LEAST_ONE_SUCCESS' | 'ALL_FAILED' | 'AT_LEAST_ONE_FAILED'

const failed = (state: TaskResult) => ['FAILED', 'TIMEDOUT', 'UPSTREAM_FAILED'].includes(state)
const canceled = (state: TaskResult) => ['CANCELED', 'UPSTREAM_CANCELED'].includes(state)
const leftOut = (state: TaskResult) => ['EXCLUDED', 'SKIPPED', 'DISABLED'].includes(state)

/** Whether a task runs when all that it depends on is over; else how it ends without running. */
export function afterDependencies(runIf: RunIf, before: readonly TaskResult[]): 'run' | TaskResult {
  if (before.length === 0) return 'run'
  const lost = before.some(canceled) && !before.some(failed) ? 'UPSTREAM_CANCELED' : 'UPSTREAM_FAILED'
  switch (runIf) {
    case 'ALL_DONE':
      return 'run'
    case 'ALL_FAILED':
      return before.every((state) => failed(state) || canceled(state)) ? 'run' : 'EXCLUDED'
    case 'AT_LEAST_ONE_FAILED':
      return before.some((state) => failed(state) || canceled(state)) ? 'run' : 'EXCLUDED'
    case 'AT_LEAST_ONE_SUCCESS':
      if (before.includes('SUCCESS')) return 'run'
      return before.every(leftOut) ? 'EXCLUDED' : lost
    case 'NONE_FAILED':
    case 'ALL_SUCCESS': {
      if (before.some((state) => failed(state) || canceled(state))) return lost
      return before.every(leftOut) ? 'EXCLUDED' : 'run'
    }
  }
}

/** How the run ended: its last tasks decide. `leaves`: tasks that no other waits for. */
export function resultOfRun(all: readonly TaskResult[], leaves: readonly TaskResult[]): RunResult {
  if (leaves.some(failed)) return 'FAILED'
  if (all.some(canceled)) return 'CANCELED'
  return all.some(failed) ? 'SUCCESS_WITH_FAILURES' : 'SUCCESS'
}

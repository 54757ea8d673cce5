import type { Plan, Task } from '../plan/index.ts'
import { Problem } from '../problem/index.ts'
import { text } from './job-faults.ts'
import { merge, type Mapping, type Settings, type Value } from './settings.ts'

/**
 * How a job's files are reached: in a bundle by paths relative to the YAML file, in the Jobs API by workspace paths.
 */
export interface Places {
  notebook(task: string): string
  /** The folder of the project's files when the job runs: what relative paths mean. */
  readonly root: string
  /** The folder of the modules. */
  readonly source: string
  /** The folder for values that cross tasks. */
  readonly handover: string
}

const taskTypes = /_task$/

/**
 * The job, in the vocabulary that bundles and the Jobs API share: the one builder of both. Tasks and `depends_on` are
 * sorted by key, so that the same plan gives the same text. Throws `DB-1402` for settings of a task that the plan has
 * not.
 */
export function jobOf(plan: Plan, settings: Settings, places: Places): Mapping {
  const { tasks: ownTasks = [], parameters: ownParameters = [], targets: _, ...rest } = settings
  const generated = new Map(plan.tasks.map((task): [string, Mapping] => [task.key, taskOf(task, places)]))
  for (const own of ownTasks) {
    const known = generated.get(own.task_key)
    if (known === undefined && !Object.keys(own).some((key) => taskTypes.test(key))) {
      const what = `The settings speak of the task \`${own.task_key}\`, which the job has not.`
      throw new Problem('DB-1402', what, {}, 'Write the key of a task of the plan, or give the task a type.')
    }
    generated.set(own.task_key, known === undefined ? own : merge(known, own))
  }
  const clusters = rest['job_clusters']
  const only = Array.isArray(clusters) && clusters.length === 1 ? keyOf((clusters as Value[])[0]) : null
  const tasks = [...generated.values()].map((task) => sortDependencies(onCluster(task, only)))
  const parameters = new Map(plan.parameters.map((each): [string, Mapping] => [each.name, { ...each }]))
  for (const own of ownParameters) parameters.set(own.name, merge(parameters.get(own.name) ?? {}, own))
  return {
    name: plan.name,
    ...rest,
    ...(parameters.size === 0 ? {} : { parameters: [...parameters.values()] }),
    tasks: tasks.sort((a, b) => compare(text(a['task_key']), text(b['task_key']))),
  }
}

function taskOf(task: Task, places: Places): Mapping {
  const passes = task.handover.out.length > 0
  return {
    task_key: task.key,
    ...(task.description === '' ? {} : { description: withoutReferences(task.description) }),
    ...(task.dependsOn.length === 0 ? {} : { depends_on: task.dependsOn.map((key) => ({ task_key: key })) }),
    ...(task.calls === undefined || task.calls.timeout === 0 ? {} : { timeout_seconds: task.calls.timeout }),
    notebook_task: {
      notebook_path: places.notebook(task.key),
      base_parameters: {
        dagbook_root: places.root,
        dagbook_source: places.source,
        ...task.calls?.parameters,
        ...(passes
          ? {
              dagbook_handover: places.handover,
              dagbook_run: '{{job.run_id}}',
              dagbook_task: '{{task.name}}',
              dagbook_attempt: '{{job.repair_count}}.{{task.execution_count}}',
            }
          : {}),
      },
    },
  }
}

/** Text of the notebook must not be taken for a reference: bundles have no way to escape `${…}`. */
function withoutReferences(text: string): string {
  return text.replaceAll('${', '$ {').replaceAll('{{', '{ {')
}

/** The only job cluster is everybody's who has no compute of his own and can use one. */
function onCluster(task: Mapping, only: string | null): Mapping {
  const own = ['job_cluster_key', 'existing_cluster_id', 'new_cluster', 'environment_key'].some((key) => key in task)
  const uses = ['notebook_task', 'spark_python_task', 'python_wheel_task', 'spark_jar_task'].some((key) => key in task)
  return only === null || own || !uses ? task : { ...task, job_cluster_key: only }
}

function keyOf(cluster: Value | undefined): string | null {
  const key = typeof cluster === 'object' && cluster !== null ? (cluster as Mapping)['job_cluster_key'] : null
  return typeof key === 'string' ? key : null
}

function sortDependencies(task: Mapping): Mapping {
  const dependencies = task['depends_on']
  if (!Array.isArray(dependencies)) return task
  const key = (each: Value) => text((each as Mapping | null)?.['task_key'])
  return { ...task, depends_on: [...(dependencies as Value[])].sort((a, b) => compare(key(a), key(b))) }
}

/** By code points, not by the machine's language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import { z } from 'zod'

const seconds = z.number().int().min(0).default(0)

/** What the runner reads of a task. Everything else that a bundle may say is left to Databricks. */
export const TaskShape = z.looseObject({
  task_key: z.string(),
  disabled: z.boolean().default(false),
  depends_on: z.array(z.looseObject({ task_key: z.string(), outcome: z.string().optional() })).default([]),
  run_if: z
    .enum(['ALL_SUCCESS', 'ALL_DONE', 'NONE_FAILED', 'AT_LEAST_ONE_SUCCESS', 'ALL_FAILED', 'AT_LEAST_ONE_FAILED'])
    .default('ALL_SUCCESS'),
  max_retries: z.number().int().default(0),
  min_retry_interval_millis: z.number().int().min(0).default(0),
  retry_on_timeout: z.boolean().default(false),
  timeout_seconds: seconds,
  notebook_task: z
    .looseObject({ notebook_path: z.string(), base_parameters: z.record(z.string(), z.string()).default({}) })
    .optional(),
  condition_task: z.looseObject({ op: z.string(), left: z.string(), right: z.string() }).optional(),
})

export const Job = z.looseObject({
  name: z.string().default('Untitled'),
  timeout_seconds: seconds,
  parameters: z.array(z.looseObject({ name: z.string(), default: z.string().default('') })).default([]),
  tasks: z.array(TaskShape).default([]),
})

export type TaskShape = z.infer<typeof TaskShape>
export type Job = z.infer<typeof Job>

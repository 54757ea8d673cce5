import { z } from 'zod'

/** What the status bar tells. */
export const AppView = z.object({
  project: z.object({ name: z.string(), path: z.string() }),
  /** Notebooks of the project, paths relative to it. */
  notebooks: z.array(z.string()),
  /** The notebook to show first, if one was asked for. */
  open: z.string().nullable(),
  python: z.object({ version: z.string(), path: z.string() }).nullable(),
  engine: z.object({
    state: z.enum(['off', 'starting', 'ready', 'failed']),
    /** For people: `Spark 4.0.5`, `starting Spark`, or why it failed. */
    message: z.string(),
  }),
  /** Tables that the session changed and that are not saved to the project yet. */
  drafts: z.array(
    z.object({ table: z.string(), change: z.enum(['new', 'changed', 'dropped']), cell: z.string().nullable() }),
  ),
})

/** A task of the plan, for the graph's other face. */
export const TaskView = z.object({
  key: z.string(),
  cells: z.array(z.string()),
  depends_on: z.array(z.string()),
  handover: z.object({
    in: z.array(z.object({ name: z.string(), from: z.string() })),
    out: z.array(z.string()),
  }),
  why: z.string(),
})

/** A file that export would write, beside what stands there now. */
export const ExportFile = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})

export const ExportView = z.object({
  name: z.string(),
  folder: z.string(),
  tasks: z.array(TaskView),
  files: z.array(ExportFile),
  /** Reasons why it cannot be written; empty if it can. */
  refused: z.array(z.string()),
})

export type AppView = z.infer<typeof AppView>
export type ExportFile = z.infer<typeof ExportFile>
export type ExportView = z.infer<typeof ExportView>
export type TaskView = z.infer<typeof TaskView>

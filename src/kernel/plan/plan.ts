import type { CellKind } from '../notebook/index.ts'

/** A piece of a task: a whole cell, or some of its top-level statements. */
export interface TaskPiece {
  /** Index of the cell in its notebook, from 0. */
  readonly index: number
  readonly key: string
  /** Code to write: the cell's own source, or the statements that belong here, unchanged and in order. */
  readonly source: string
  /** Line of the cell's source, from 1, for each line of `source`; so that an error leads back to its cell. */
  readonly lines: readonly number[]
  /** Repeated here because the task needs it; false: this is the task's own work. */
  readonly setup: boolean
  /** Only shows something: its failure must not fail the task. */
  readonly display: boolean
  /** What the cell is; `python` where it is not told. */
  readonly kind?: CellKind
  readonly title?: string | null
  /** The name that a SQL cell's frame gets besides `_sqldf`. */
  readonly as?: string
  /** Widgets that the piece reads: what a SQL statement's `:p` stands for. */
  readonly parameters?: readonly string[]
  /** Names that are passed on right after this piece. */
  readonly gives?: readonly string[]
  /**
   * Those of `gives` that may hold one object which a later cell changes in place: they cross as one, or not at all.
   */
  readonly changing?: readonly string[]
  /** Names that come from other tasks are taken over right before this piece; at most one piece of a task says so. */
  readonly takes?: boolean
}

/** A notebook that is a task of its own. */
export interface CalledTask {
  /** Path of its file from the project's root. */
  readonly notebook: string
  /** Values of its widgets: texts, or `{{job.parameters.x}}`. */
  readonly parameters: Readonly<Record<string, string>>
  /** Seconds; 0: as long as it takes. */
  readonly timeout: number
}

/** Names that cross from task to task as one value each; names that share an object cross together. */
export interface Handover {
  /** `cell` is the key of the cell after which `from` passes the name on. */
  readonly in: readonly { readonly name: string; readonly from: string; readonly cell?: string }[]
  readonly out: readonly string[]
}

export interface Task {
  readonly key: string
  readonly pieces: readonly TaskPiece[]
  readonly dependsOn: readonly string[]
  readonly handover: Handover
  /** Markdown above its cells, as its description. */
  readonly description: string
  /** The task is a notebook that its only cell calls: that notebook's cells run in it, with these parameters. */
  readonly calls?: CalledTask
  /** One sentence for people: why these cells are one task. */
  readonly why: string
}

/** The notebook as a job. Tasks in document order of their first own cell; deterministic, from committed text only. */
export interface Plan {
  readonly name: string
  readonly tasks: readonly Task[]
  readonly parameters: readonly { readonly name: string; readonly default: string }[]
  /** Project modules the tasks import, relative paths. */
  readonly modules: readonly string[]
  /** Files of the project that cells read by a relative path: a bundle written elsewhere needs a copy of them. */
  readonly data?: readonly string[]
  /** Why it must not be exported; empty if it may. */
  readonly refused: readonly { readonly cell: string; readonly line: number; readonly message: string }[]
  /** What is otherwise here than on Databricks; nothing stands against an export. */
  readonly notes?: readonly { readonly cell: string; readonly line: number; readonly message: string }[]
}

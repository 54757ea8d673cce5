import type { CellAnalysis, NotebookCall } from '../analysis/index.ts'
import type { CellId, Graph } from '../graph/index.ts'
import { isText, type CellKind } from '../notebook/index.ts'

/** A cell as the planner wants it: its text and what analysis says of it. */
export interface PlanCell {
  /** The id that the graph knows it by; its key where there is no session. */
  readonly id?: CellId
  readonly key: string
  readonly kind: CellKind
  readonly title: string | null
  /** The cell's own source, without title line and magic prefix. */
  readonly source: string
  readonly analysis: CellAnalysis
}

/** A notebook, understood. */
export interface PlanInput {
  /** The name of the job: the notebook's file name without its extension. */
  readonly name: string
  /** The notebook's own path in the project, with `/`; `%run ./x` means a notebook beside it. */
  readonly path?: string
  /** All cells in document order, Markdown too. */
  readonly cells: readonly PlanCell[]
  readonly graph: Graph
  /** Files of the project by relative path: modules and notebooks that cells import or `%run`. */
  readonly files: ReadonlyMap<string, string>
  /** The calls of other notebooks, with parameters open; a cell that is one such call and nothing else becomes that notebook. */
  readonly calls?: readonly NotebookCall[]
}

/** Whether the job has this cell at all. */
export function inJob(cell: PlanCell): boolean {
  const run = cell.analysis.pragma.run
  return !isText(cell.kind) && run !== 'off' && run !== 'not-in-job'
}

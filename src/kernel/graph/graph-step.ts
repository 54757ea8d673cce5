import { Step } from '../timeline/index.ts'
import type { BoundCell } from './bind-cell.ts'
import type { Diagnostic, Edge, GraphCell } from './graph.ts'
import type { GraphInput } from './build-graph.ts'

/** A cell on its way into the graph. */
export class GraphStep extends Step {
  input: GraphInput | null = null
  bound: BoundCell | null = null
  /** What the graph says of it. */
  cell: GraphCell | null = null
  edges: readonly Edge[] = []
  diagnostics: readonly Diagnostic[] = []
}

import type { CellAnalysis } from '../analysis/index.ts'
import type { CellId, Graph } from './graph.ts'
import { NotebookGraph } from './notebook-graph.ts'

/** A cell as the graph wants it. `source`: its own text, to count lines in. */
export interface GraphInput {
  readonly id: CellId
  readonly key: string
  readonly source: string
  readonly analysis: CellAnalysis
}

/**
 * The graph of a notebook, from its cells in document order: each read bound to the nearest cell above that writes, an edge for
 * every order that must be kept, and diagnostics. Edges only lead down. The same cells give the same graph.
 */
export function buildGraph(cells: readonly GraphInput[]): Graph {
  return new NotebookGraph().update(cells)
}

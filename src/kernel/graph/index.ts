export { buildGraph, type GraphInput } from './build-graph.ts'
export type * from './graph.ts'
export { NotebookGraph } from './notebook-graph.ts'
export { withStoredRuns, type StoredRun } from './ran-out-of-order.ts'

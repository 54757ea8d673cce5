export { buildGraph, type GraphInput } from './build-graph.ts'
export type * from './graph.ts'
export { ranOutOfOrder, withStoredRuns, type StoredRun } from './ran-out-of-order.ts'

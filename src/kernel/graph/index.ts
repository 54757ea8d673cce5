export { buildGraph, type GraphInput } from './build-graph.ts'
export type * from './graph.ts'
export { NotebookGraph } from './notebook-graph.ts'

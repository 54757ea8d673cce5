export { convertWorkflow, type Conversion, type ConvertedCell, type RefusedCell, type WrittenCell } from './convert.ts'
export { hiddenWorkflows, remarksOn, workflowFix, type HiddenWorkflow, type WorkflowFix } from './hidden-workflow.ts'
export {
  notebookGraph,
  notebookName,
  type CalledNotebook,
  type NotebookEdge,
  type NotebookGraph,
} from './notebook-graph.ts'

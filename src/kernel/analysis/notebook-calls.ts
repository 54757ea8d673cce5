import type { Notebook } from '../notebook/index.ts'
import { analyzeCell } from './analyze-cell.ts'
import type { AnalysisContext } from './context.ts'
import { Flow, newKnowledge, type NotebookCall, type Step } from './python/index.ts'

/** The calls of other notebooks that a notebook makes, and what it does besides, both in document order. */
export interface NotebookCalls {
  readonly calls: readonly NotebookCall[]
  readonly steps: readonly Step[]
}

/** Whether the text of a cell may call a notebook; where none does there is nothing to look for. */
export function mayCallNotebooks({ cells }: Pick<Notebook, 'cells'>): boolean {
  return cells.some(({ kind, source }) => kind === 'run' || /\bnotebook\s*\.\s*run\b/.test(source))
}

/**
 * Looks for calls of other notebooks. `parameters`: whether the notebook's parameters are taken to have their defaults, as in its
 * graph, or to be whatever the job gives. Needs `loadSql` once before. The same text gives the same value.
 */
export function notebookCalls(
  { cells }: Pick<Notebook, 'cells'>,
  context: AnalysisContext,
  parameters: 'default' | 'open' = 'default',
): NotebookCalls {
  const flow = new Flow(parameters === 'open')
  const knowledge = { ...newKnowledge(context.namespace), flow }
  for (const [index, cell] of cells.entries()) {
    if (/dagbook\s*:.*\brun\s*=\s*(off|not-in-job)/.test(cell.source)) continue
    flow.cell = index
    flow.site = null
    analyzeCell(cell, context, knowledge)
  }
  return { calls: flow.calls, steps: flow.steps }
}

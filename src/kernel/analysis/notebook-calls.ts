import type { Notebook } from '../notebook/index.ts'
import { analyzeCell } from './analyze-cell.ts'
import type { AnalysisContext } from './context.ts'
import { findNotebook, runTarget } from './included.ts'
import { Flow, newKnowledge, type NotebookCall, type Step } from './python/index.ts'

/** The calls of other notebooks that a notebook makes, and what it does besides, both in document order. */
export interface NotebookCalls {
  readonly calls: readonly NotebookCall[]
  readonly steps: readonly Step[]
}

/** Whether some text may call a notebook, here or in what `%run` brings; where none does there is nothing to look for. */
export function mayCallNotebooks({ cells }: Pick<Notebook, 'cells'>, context: AnalysisContext): boolean {
  return cells.some(({ kind, source }) => {
    if (kind !== 'run') return /\bnotebook\b/.test(source) && /\bnotebook\s*\.\s*run\b|=\s*dbutils\b/.test(source)
    const found = findNotebook(runTarget(source), context)
    return 'notebook' in found && mayCallNotebooks(found.notebook, found.context)
  })
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

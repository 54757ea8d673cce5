import type { Cell, Notebook } from '../notebook/index.ts'
import type { AnalysisContext } from './context.ts'
import type { CellAnalysis } from './effect.ts'
import { NotebookAnalysis } from './notebook-analysis.ts'

/** A cell of a notebook with its key and all that its text says. */
export interface AnalyzedCell {
  readonly key: string
  readonly cell: Cell
  readonly analysis: CellAnalysis
}

/**
 * Analyses the cells of a notebook from the top, each knowing what those above it leave behind. Needs `loadSql` once before.
 * The same text gives the same value.
 */
export function analyzeNotebook({ cells }: Notebook, context: AnalysisContext): readonly AnalyzedCell[] {
  return new NotebookAnalysis(context).update(cells.map((cell, index) => ({ id: String(index), cell })))
}

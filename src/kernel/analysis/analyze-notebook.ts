import { cellKeys, type Cell, type Notebook } from '../notebook/index.ts'
import { analyzeCell } from './analyze-cell.ts'
import type { AnalysisContext } from './context.ts'
import { resourceName, type CellAnalysis } from './effect.ts'
import { copyKnowledge, newKnowledge } from './python/index.ts'

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
export function analyzeNotebook(notebook: Notebook, context: AnalysisContext): AnalyzedCell[] {
  const knowledge = newKnowledge(context.namespace)
  const analyses = notebook.cells.map((cell) => {
    // Nobody below sees what a cell defines that is off.
    const before = /dagbook\s*:.*\brun\s*=\s*off/.test(cell.source) ? copyKnowledge(knowledge) : null
    const analysis = analyzeCell(cell, context, knowledge)
    if (before !== null && analysis.pragma.run === 'off') {
      knowledge.namespace = before.namespace
      knowledge.state.reset(before.state)
    }
    return analysis
  })
  const keys = cellKeys(notebook.cells.map(({ title }, index) => ({ title, defines: definedBy(analyses[index]!) })))
  return notebook.cells.map((cell, index) => ({ key: keys[index]!, cell, analysis: analyses[index]! }))
}

/** The first name or table that a cell defines; imported modules do not tell what it is about, unless there is nothing else. */
function definedBy({ effects, statements }: CellAnalysis): string | null {
  const written = effects.filter(
    ({ mode, resource, maybe }) =>
      mode !== 'read' && !maybe && /^(name|table|view):[^*]/.test(resource) && resource !== 'name:_sqldf',
  )
  const setup = new Set(
    statements
      .filter((statement) => statement.setup)
      .flatMap((statement) => statement.effects.map(({ resource }) => resource)),
  )
  const first = written.find(({ resource }) => !setup.has(resource)) ?? written[0]
  return first === undefined ? null : resourceName(first.resource)
}

import type { Diagnostic } from '../graph/index.ts'
import { catalogue } from './catalogue.ts'
import type { DiagnosedCell, DiagnosedNotebook, Found } from './rule.ts'
import { cellRules, notebookRules } from './rules/index.ts'

/**
 * All remarks on a notebook in document order: those of its graph, those that rules make, and `more` (what a session or a file's
 * stored counts know). What rules say of one cell is kept with its analysis, so after an edit only new analyses are looked at.
 */
export function diagnose(notebook: DiagnosedNotebook, more: readonly Diagnostic[] = []): Diagnostic[] {
  const { cells, graph } = notebook
  const places = new Map(cells.map(({ id }, index) => [id, index]))
  const asked = new Set<string>()
  // One declaration answers all who ask.
  const isNews = ({ code, resource }: Diagnostic): boolean =>
    code !== 'undefined-parameter' || resource === undefined || (!asked.has(resource) && asked.add(resource).size > 0)
  const all = [...graph.diagnostics.filter(isNews), ...more]
  for (const cell of cells) for (const found of ownFindings(cell)) all.push(asDiagnostic(cell, found))
  for (const rule of notebookRules)
    for (const { index, ...found } of rule(notebook)) all.push(asDiagnostic(cells[index]!, found))
  return all.sort(
    (a, b) =>
      places.get(a.cell)! - places.get(b.cell)! ||
      a.where.start - b.where.start ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  )
}

const kept = new WeakMap<object, { readonly source: string; readonly found: readonly Found[] }>()

/** What the rules that need one cell only say of it. */
export function ownFindings(cell: DiagnosedCell): readonly Found[] {
  const known = kept.get(cell.analysis)
  if (known?.source === cell.source) return known.found
  const found = cell.analysis.pragma.run === 'off' ? [] : cellRules.flatMap((rule) => [...rule(cell)])
  kept.set(cell.analysis, { source: cell.source, found })
  return found
}

/** What was found in a cell, as a remark on the notebook. */
export function asDiagnostic({ id, source }: Pick<DiagnosedCell, 'id' | 'source'>, found: Found): Diagnostic {
  const line = source.slice(0, found.where.start).split('\n').length
  return { ...found, severity: catalogue[found.code].severity, cell: id, line }
}

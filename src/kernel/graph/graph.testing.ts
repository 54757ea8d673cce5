import { analyzeNotebook, defaultNamespace } from '../analysis/index.ts'
import { newNotebook, type CellKind, type Notebook } from '../notebook/index.ts'
import { buildGraph, type Graph } from './index.ts'

/** The graph of these cells; `%sql` and the like at its beginning give a cell's kind. Ids are 0, 1, 2…, keys cell_0, cell_1… */
export function graphOf(texts: readonly string[], files: Readonly<Record<string, string>> = {}): Graph {
  const cells = texts.map((text) => {
    const magic = /^%(sql|run|pip|sh|fs|scala|r|md)\b\s*/.exec(text)
    const kind = (magic === null ? 'python' : magic[1] === 'md' ? 'markdown' : magic[1]) as CellKind
    return {
      kind,
      title: null,
      source: text.slice(magic?.[0].length ?? 0),
      line: 1,
      text: { lead: '', body: '', trail: '' },
    }
  })
  const notebook: Notebook = { ...newNotebook('python'), cells }
  const analyzed = analyzeNotebook(notebook, { namespace: defaultNamespace, files: (path) => files[path] ?? null })
  return buildGraph(
    analyzed.map(({ cell, analysis }, index) => ({
      id: String(index),
      key: `cell_${index}`,
      source: cell.source,
      analysis,
    })),
  )
}

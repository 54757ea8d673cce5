import { analyzeNotebook, defaultNamespace } from '../../analysis/index.ts'
import { buildGraph } from '../../graph/index.ts'
import { insertCell, newNotebook, type CellKind, type Notebook } from '../../notebook/index.ts'
import { planNotebook, type Plan } from '../index.ts'

/**
 * The plan of a notebook in the short notation of the tests: cells parted by lines `---`; `%sql title` as the first
 * line makes another kind; a first line `# title`, if it is one word, is a title.
 */
export function planText(text: string, files: ReadonlyMap<string, string> = new Map<string, string>()): Plan {
  return planOf(notebookOf(text.split(/\n---\n/)), files)
}

export function notebookOf(cells: readonly string[]): Notebook {
  let notebook = newNotebook('python')
  for (const cell of cells) {
    const magic = /^%(\w+)(?: (\w+))?\n/.exec(cell)
    const title = magic?.[2] ?? /^# (\w+)\n/.exec(cell)?.[1] ?? null
    const kind = magic === null ? 'python' : magic[1] === 'md' ? 'markdown' : (magic[1] as CellKind)
    const head = magic?.[0] ?? (title === null ? '' : `# ${title}\n`)
    notebook = insertCell(notebook, notebook.cells.length, { kind, title, source: cell.slice(head.length) })
  }
  return notebook
}

/** The plan of a notebook, through the real analysis and graph. */
export function planOf(notebook: Notebook, files: ReadonlyMap<string, string> = new Map<string, string>()): Plan {
  const analyzed = analyzeNotebook(notebook, { namespace: defaultNamespace, files: (path) => files.get(path) ?? null })
  const graph = buildGraph(analyzed.map(({ key, cell, analysis }) => ({ id: key, key, source: cell.source, analysis })))
  const cells = analyzed.map(({ key, cell, analysis }) => {
    return { key, kind: cell.kind, title: cell.title, source: cell.source, analysis }
  })
  return planNotebook({ name: 'notebook', path: 'notebook.py', cells, graph, files })
}

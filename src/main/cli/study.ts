import { basename, extname, relative } from 'node:path'
import {
  analyzeNotebook,
  defaultNamespace,
  loadSqlFor,
  notebookCalls,
  type CellAnalysis,
} from '../../kernel/analysis/index.ts'
import { diagnose, ranOutOfOrder } from '../../kernel/diagnostics/index.ts'
import { buildGraph, type Diagnostic, type Graph } from '../../kernel/graph/index.ts'
import { readNotebook, storedRuns, type Cell, type Notebook } from '../../kernel/notebook/index.ts'
import {
  hiddenWorkflows,
  notebookGraph,
  remarksOn,
  type HiddenWorkflow,
  type NotebookGraph,
} from '../../kernel/orchestration/index.ts'
import { findProject, folderOf, notedFiles, type Project } from '../../kernel/project/index.ts'
import { readFileState } from '../../kernel/session/index.ts'

/** A notebook file understood without running it; cells are identified by their keys. */
export interface Studied {
  readonly project: Project
  /** Relative to the project, with "/". */
  readonly path: string
  readonly name: string
  readonly notebook: Notebook
  readonly cells: readonly { readonly key: string; readonly cell: Cell; readonly analysis: CellAnalysis }[]
  readonly graph: Graph
  /** The notebooks that this one calls, and their order. */
  readonly notebooks: NotebookGraph
  /** Cells that call several notebooks. */
  readonly hidden: readonly HiddenWorkflow[]
  readonly diagnostics: readonly Diagnostic[]
  /** Modules and notebooks of the project that the analysis looked into. */
  readonly files: ReadonlyMap<string, string>
}

/** Throws the Problems of reading a notebook. */
export async function study(path: string): Promise<Studied> {
  const { bytes } = await readFileState(path)
  const notebook = readNotebook(bytes, path)
  const project = await findProject(path)
  await loadSqlFor(notebook)
  const files = notedFiles(project)
  const cells = analyzeNotebook(notebook, {
    namespace: defaultNamespace,
    files: files.read,
    folder: folderOf(project, path),
  })
  const inputs = cells.map(({ key, cell: { kind, title, source }, analysis }) => {
    return { id: key, key, kind, title, source, analysis }
  })
  const graph = buildGraph(inputs)
  const told = { cells: inputs, graph }
  const context = { namespace: defaultNamespace, files: files.read, folder: folderOf(project, path) }
  const hidden = hiddenWorkflows(notebook.cells, context)
  return {
    project,
    path: relative(project.root, path).replaceAll('\\', '/'),
    name: basename(path, extname(path)),
    notebook,
    cells,
    graph,
    notebooks: notebookGraph(notebookCalls(notebook, context)),
    hidden,
    diagnostics: diagnose(told, [...remarksOn(inputs, hidden), ...ranOutOfOrder(told, storedRuns(notebook))]),
    files: files.noted,
  }
}

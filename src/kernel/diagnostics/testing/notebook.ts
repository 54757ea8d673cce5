import { analyzeNotebook, type FixEdit } from '../../analysis/index.ts'
import { buildGraph, type Diagnostic } from '../../graph/index.ts'
import { newNotebook, type Cell, type CellKind } from '../../notebook/index.ts'
import { diagnose, type DiagnosedCell, type DiagnosedNotebook } from '../index.ts'

/** A cell for tests: its id stays with it, whatever becomes of its text. */
export interface TestCell {
  readonly id: string
  readonly kind: CellKind
  readonly title: string | null
  readonly source: string
}

const kinds = /^%(sql|pip|run|sh|md)[ \n]/

/** Cells from a text in which ` /// ` parts them; one that starts with `%sql` and the like is of that kind. Ids are `c0`, `c1`… */
export function cellsOf(text: string): TestCell[] {
  return text.split(' /// ').map((each, index) => {
    const word = kinds.exec(each)
    const kind = word === null ? 'python' : word[1] === 'md' ? 'markdown' : (word[1] as CellKind)
    return { id: `c${index}`, kind, title: null, source: word === null ? each : each.slice(word[0].length) }
  })
}

/** The cells as text again. */
export function textOf(cells: readonly TestCell[]): string {
  return cells.map(({ kind, source }) => (kind === 'python' ? source : `%${kind} ${source}`)).join(' /// ')
}

/** Analyses cells as an app does that has these files in its project. */
export function understood(
  cells: readonly TestCell[],
  files: Readonly<Record<string, string>> = {},
): DiagnosedNotebook & { readonly diagnostics: readonly Diagnostic[] } {
  const text = { lead: '', body: '', trail: '' }
  const notebook = {
    ...newNotebook('python'),
    cells: cells.map(({ kind, title, source }): Cell => ({ kind, title, source, line: 1, text })),
  }
  const namespace = { catalog: 'main', schema: 'default' }
  const analyzed = analyzeNotebook(notebook, { namespace, files: (path) => files[path] ?? null })
  const known = analyzed.map(({ key, cell: { kind, title, source }, analysis }, index): DiagnosedCell => {
    return { id: cells[index]!.id, key, kind, title, source, analysis }
  })
  const graph = buildGraph(known)
  return { cells: known, graph, diagnostics: diagnose({ cells: known, graph }) }
}

/** The cells after the edits of a fix. */
export function edited(cells: readonly TestCell[], edits: readonly FixEdit[]): TestCell[] {
  let now = [...cells]
  const place = (after: string | null, cell: TestCell): void => {
    now.splice(after === null ? 0 : now.findIndex(({ id }) => id === after) + 1, 0, cell)
  }
  for (const edit of edits) {
    const old = now.find(({ id }) => id === edit.cell)
    if (edit.op === 'change') {
      const { source = old!.source, kind = old!.kind, title = old!.title } = edit
      now = now.map((cell) => (cell === old ? { ...cell, source, kind, title } : cell))
    } else if (edit.op === 'insert')
      place(edit.after, { id: edit.cell, kind: edit.kind, title: edit.title, source: edit.source })
    else {
      now = now.filter((cell) => cell !== old)
      if (edit.op === 'move') place(edit.after, old!)
    }
  }
  return now
}

import type {
  CellView,
  DiagnosticView,
  DocumentPatch,
  DocumentView,
  EdgeView,
  Edit,
  ParameterView,
} from '../../kernel/contract/index.ts'

export type CellId = string

/** A cell without its run and its outputs, which move on their own. */
export type Cell = Omit<CellView, 'run' | 'outputs'>

/** An open notebook as a value. */
export interface Notebook {
  readonly doc: string
  readonly path: string
  readonly name: string
  readonly language: DocumentView['language']
  readonly rev: number
  readonly dirty: boolean
  /** Its file was changed outside since it was read. */
  readonly outside: boolean
  readonly order: readonly CellId[]
  readonly cells: Readonly<Record<CellId, Cell>>
  readonly edges: readonly EdgeView[]
  readonly diagnostics: readonly DiagnosticView[]
  readonly parameters: readonly ParameterView[]
}

/** The notebook in what the kernel answered to `document/open`. */
export function notebookOf(view: DocumentView): Notebook {
  const cells: Record<CellId, Cell> = {}
  for (const { run: _run, outputs: _outputs, ...cell } of view.cells) cells[cell.id] = cell
  const { recovered: _recovered, ...rest } = view
  return { ...rest, outside: view.outside ?? false, order: view.cells.map((cell) => cell.id), cells }
}

/**
 * The notebook after the kernel's patch. A patch that is older than the notebook (edits were accepted since) still brings
 * what follows from the text, but neither text nor order: those the notebook knows better.
 */
export function patchNotebook(notebook: Notebook, patch: DocumentPatch): Notebook {
  const old = patch.rev < notebook.rev
  const order = old ? notebook.order : (patch.order ?? notebook.order)
  const cells: Record<CellId, Cell> = { ...notebook.cells }
  for (const cell of patch.cells ?? []) {
    const mine = notebook.cells[cell.id]
    if (!old) cells[cell.id] = cell
    else if (mine !== undefined) cells[cell.id] = { ...cell, source: mine.source, kind: mine.kind, title: mine.title }
  }
  if (order !== notebook.order) {
    const kept = new Set(order)
    for (const id of Object.keys(cells)) if (!kept.has(id)) delete cells[id]
  }
  return {
    ...notebook,
    rev: Math.max(notebook.rev, patch.rev),
    order,
    cells,
    dirty: patch.dirty ?? notebook.dirty,
    outside: patch.outside ?? notebook.outside,
    path: patch.path ?? notebook.path,
    edges: patch.edges ?? notebook.edges,
    diagnostics: patch.diagnostics ?? notebook.diagnostics,
    parameters: patch.parameters ?? notebook.parameters,
  }
}

/** The notebook after an edit. An edit of a cell that is not there changes nothing; inserting one that is there changes its text. */
export function editNotebook(notebook: Notebook, edit: Edit): Notebook {
  const { order, cells } = notebook
  const cell = cells[edit.cell]
  switch (edit.op) {
    case 'change': {
      if (cell === undefined) return notebook
      const { source = cell.source, kind = cell.kind, title = cell.title } = edit
      return { ...notebook, cells: { ...cells, [cell.id]: { ...cell, source, kind, title } } }
    }
    case 'insert': {
      const { kind, title, source } = edit
      if (cell !== undefined) return { ...notebook, cells: { ...cells, [cell.id]: { ...cell, kind, title, source } } }
      return {
        ...notebook,
        order: placeAfter(order, edit.cell, edit.after),
        cells: { ...cells, [edit.cell]: { ...blankCell, id: edit.cell, kind, title, source } },
      }
    }
    case 'delete': {
      if (cell === undefined) return notebook
      const { [edit.cell]: _gone, ...rest } = cells
      return { ...notebook, order: order.filter((id) => id !== edit.cell), cells: rest }
    }
    case 'move': {
      if (cell === undefined) return notebook
      return {
        ...notebook,
        order: placeAfter(
          order.filter((id) => id !== edit.cell),
          edit.cell,
          edit.after,
        ),
      }
    }
  }
}

const blankCell = { key: '', mode: 'auto', modeReason: null, reads: [], writes: [] } as const satisfies Partial<Cell>

function placeAfter(order: readonly CellId[], cell: CellId, after: CellId | null): CellId[] {
  const at = after === null ? 0 : order.includes(after) ? order.indexOf(after) + 1 : order.length
  return order.toSpliced(at, 0, cell)
}

/** The cells that come after any of `from` in the graph, themselves included. */
export function downstream(edges: readonly EdgeView[], from: Iterable<CellId>): Set<CellId> {
  return follow(edges, from, (edge) => [edge.from, edge.to])
}

/** The cells that come before any of `from` in the graph, themselves included. */
export function upstream(edges: readonly EdgeView[], from: Iterable<CellId>): Set<CellId> {
  return follow(edges, from, (edge) => [edge.to, edge.from])
}

function follow(
  edges: readonly EdgeView[],
  from: Iterable<CellId>,
  ends: (edge: EdgeView) => [CellId, CellId],
): Set<CellId> {
  const next = new Map<CellId, CellId[]>()
  for (const edge of edges) {
    const [near, far] = ends(edge)
    const list = next.get(near)
    if (list === undefined) next.set(near, [far])
    else list.push(far)
  }
  const seen = new Set(from)
  const todo = [...seen]
  for (let cell = todo.pop(); cell !== undefined; cell = todo.pop()) {
    for (const far of next.get(cell) ?? []) {
      if (seen.has(far)) continue
      seen.add(far)
      todo.push(far)
    }
  }
  return seen
}

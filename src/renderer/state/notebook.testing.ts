import type { Cell, Notebook } from './notebook.ts'

/** A Python cell of a page's notebook, its key its id. */
export function testCell(id: string, change: Partial<Cell> = {}): Cell {
  const plain = { key: id, kind: 'python', title: null, source: '', mode: 'auto', modeReason: null } as const
  return { id, ...plain, reads: [], writes: [], ...change }
}

/** A saved notebook of these cells. */
export function testNotebook(cells: readonly Cell[], change: Partial<Notebook> = {}): Notebook {
  return {
    doc: 'd',
    path: 'n.py',
    name: 'n',
    language: 'python',
    rev: 1,
    dirty: false,
    outside: false,
    order: cells.map(({ id }) => id),
    cells: Object.fromEntries(cells.map((cell) => [cell.id, cell])),
    edges: [],
    diagnostics: [],
    parameters: [],
    ...change,
  }
}

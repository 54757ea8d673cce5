import { resourceName, type Fix, type FixEdit } from '../../analysis/index.ts'
import { buildGraph, type Diagnostic, type Graph } from '../../graph/index.ts'
import type { DiagnosedCell, DiagnosedNotebook, Fixer } from '../rule.ts'
import { codeStart, change } from './edits.ts'

/** Moves the cell that defines a name above the one that reads it, or the reader below it: whatever makes no new trouble. */
export const moveDefinition: Fixer = (notebook, { index, cell, diagnostic }) => {
  const definer = notebook.cells.findIndex(({ id }) => id === diagnostic.cells?.[0])
  if (definer <= index) return []
  const { id, key } = notebook.cells[definer]!
  return harmless(notebook, diagnostic, [
    { title: `Move ${key} above this cell`, edits: [moved(notebook, definer, index)] },
    { title: `Move this cell below ${key}`, edits: [{ op: 'move', cell: cell.id, after: id }] },
  ])
}

/** Moves the use of a frame above the cell that changes its table, or defines the frame again below that. */
export const readInTime: Fixer = (notebook, { index, cell, diagnostic }) => {
  const { cells } = notebook
  const [since, write] = (diagnostic.cells ?? []).map((id) => cells.findIndex((each) => each.id === id))
  if (since === undefined || write === undefined || since < 0 || write < 0 || diagnostic.resource === undefined)
    return []
  const use = resourceName(diagnostic.resource)
  const fixes = harmless(notebook, diagnostic, [
    { title: `Move this cell above ${cells[write]!.key}`, edits: [moved(notebook, index, write)] },
  ])
  const again = definition(cells[since]!, use)
  if (again === null || cell.kind !== 'python' || !isSame(notebook, again.reads, since, index)) return fixes
  const at = codeStart(cell.source)
  const text = `${again.text}\n`
  return [
    ...fixes,
    { title: `Read ${use} again in this cell`, edits: [change(cell, { where: { start: at, end: at }, text })] },
  ]
}

/** The one statement that defines a name in a cell, and the names it needs; null: it takes more than that. */
function definition({ kind, source, analysis }: DiagnosedCell, name: string): { text: string; reads: string[] } | null {
  if (kind !== 'python') return null
  const touching = analysis.statements.filter(({ effects }) =>
    effects.some(({ mode, resource }) => mode !== 'read' && resource === `name:${name}`),
  )
  const [only] = touching
  if (only === undefined || touching.length > 1) return null
  const others = only.effects.filter(({ mode, resource }) => mode !== 'read' && resource !== `name:${name}`)
  if (others.length > 0) return null
  const reads = only.effects.filter(({ resource }) => resource.startsWith('name:')).map(({ resource }) => resource)
  return { text: source.slice(only.span.start, only.span.end), reads: reads.filter((each) => each !== `name:${name}`) }
}

/** Whether names mean the same in two places: nothing in between writes them, and the first does not need what it makes itself. */
function isSame({ graph }: DiagnosedNotebook, names: readonly string[], from: number, to: number): boolean {
  return names.every(
    (name) => !graph.cells.slice(from, to).some(({ writes }) => (writes as readonly string[]).includes(name)),
  )
}

/** Puts the cell at `from` before the one at `to`. */
function moved({ cells }: DiagnosedNotebook, from: number, to: number): FixEdit {
  return { op: 'move', cell: cells[from]!.id, after: to === 0 ? null : cells[to - 1]!.id }
}

/** Those moves after which the remark is gone and no other has come. */
function harmless(notebook: DiagnosedNotebook, diagnostic: Diagnostic, fixes: readonly Fix[]): Fix[] {
  const before = counted(notebook.graph)
  return fixes.filter(({ edits }) => {
    let cells = [...notebook.cells]
    for (const edit of edits) {
      if (edit.op !== 'move') continue
      const one = cells.find(({ id }) => id === edit.cell)!
      cells = cells.filter((each) => each !== one)
      cells.splice(edit.after === null ? 0 : cells.findIndex(({ id }) => id === edit.after) + 1, 0, one)
    }
    const after = counted(buildGraph(cells))
    const gone = (after.get(keyOf(diagnostic)) ?? 0) < (before.get(keyOf(diagnostic)) ?? 0)
    return gone && [...after].every(([key, count]) => count <= (before.get(key) ?? 0))
  })
}

function counted({ diagnostics }: Graph): Map<string, number> {
  const counts = new Map<string, number>()
  for (const each of diagnostics) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1)
  return counts
}

function keyOf({ code, cell, where, resource }: Diagnostic): string {
  return `${code} ${cell} ${where.start} ${resource ?? ''}`
}

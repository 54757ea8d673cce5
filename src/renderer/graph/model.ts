import type { EdgeView, ExportView, ReasonView } from '../../kernel/contract/index.ts'
import type { Cell, CellId, Notebook } from '../state/index.ts'
import { cellName } from '../state/words.ts'

/** Values are thin and grey; tables, views and files are what a pipeline is about; the rest only orders. */
export type EdgeFamily = 'value' | 'data' | 'order'

export interface GraphNode {
  readonly id: string
  readonly title: string
  readonly width: number
  readonly height: number
  /** The cell's kind; null for a task. */
  readonly kind: Cell['kind'] | null
  /** Tables that it writes, or the number of cells of a task. */
  readonly notes: readonly string[]
  /** The cells it stands for. */
  readonly cells: readonly CellId[]
}

export interface GraphEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly family: EdgeFamily
  /** The table, view or file that passes; empty for other edges. */
  readonly label: string
}

/** What is drawn. Nodes in document order: the layout keeps it, and the same notebook gives the same picture. */
export interface GraphModel {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export const nodeWidth = 164
const baseHeight = 46
const noteHeight = 18
const mostNotes = 3

export function edgeId(from: string, to: string): string {
  return `${from}→${to}`
}

/** The graph of the cells; Markdown cells are no part of it. */
export function cellGraph({ order, cells, edges }: Pick<Notebook, 'order' | 'cells' | 'edges'>): GraphModel {
  const nodes = order.flatMap((id): GraphNode[] => {
    const cell = cells[id]!
    if (cell.kind === 'markdown' || cell.kind === 'raw') return []
    const written = cell.writes.filter(({ resource }) => isNamedData(resource)).map(({ label }) => label)
    const notes =
      written.length > mostNotes
        ? [...written.slice(0, mostNotes - 1), `${written.length - mostNotes + 1} more`]
        : written
    return [{ ...sized(id, cellName(cell), notes), kind: cell.kind, cells: [id] }]
  })
  const known = new Set(nodes.map((node) => node.id))
  return { nodes, edges: edges.filter((edge) => known.has(edge.from) && known.has(edge.to)).map(drawnEdge) }
}

/** The same notebook as tasks of its job. */
export function taskGraph(tasks: ExportView['tasks'], idOfKey: (key: string) => CellId | null): GraphModel {
  const nodes = tasks.map((task): GraphNode => {
    const cells = task.cells.map(idOfKey).filter((id) => id !== null)
    return {
      ...sized(task.key, task.key, [task.cells.length === 1 ? '1 cell' : `${task.cells.length} cells`]),
      kind: null,
      cells,
    }
  })
  const edges = tasks.flatMap((task) =>
    task.depends_on.map((from): GraphEdge => {
      const passed = task.handover.in.filter((value) => value.from === from).map((value) => value.name)
      return {
        id: edgeId(from, task.key),
        from,
        to: task.key,
        family: passed.length > 0 ? 'value' : 'data',
        label: passed.join(', '),
      }
    }),
  )
  return { nodes, edges }
}

function sized(id: string, title: string, notes: readonly string[]) {
  return { id, title, notes, width: nodeWidth, height: baseHeight + notes.length * noteHeight }
}

function drawnEdge({ from, to, reasons }: EdgeView): GraphEdge {
  const data = reasons.filter(({ resource }) => isData(resource))
  const family = data.length > 0 ? 'data' : reasons.every(isOrder) ? 'order' : 'value'
  const names = [...new Set(data.map(({ resource }) => shortName(resource)))]
  const label = names.length > 2 ? `${names[0]} + ${names.length - 1}` : names.join(', ')
  return { id: edgeId(from, to), from, to, family, label }
}

/** A table, view or file that has a name: not `table:*`, any of them. */
function isNamedData(resource: string): boolean {
  return isData(resource) && !resource.endsWith(':*')
}

function isData(resource: string): boolean {
  return /^(table|view|path):/.test(resource)
}

function isOrder({ kind, order }: ReasonView): boolean {
  return kind === 'control' || kind === 'after' || order !== 'read-after-write'
}

/** A resource as people call it: without its kind; of a path only the end. */
export function shortName(resource: string): string {
  const name = resource.slice(resource.indexOf(':') + 1)
  if (name === '*') return 'anything'
  return resource.startsWith('path:') ? (name.split('/').filter(Boolean).at(-1) ?? name) : name
}

/** A graph in two: what one must see to follow it, and the edges that a longer way implies. */
export interface SplitGraph {
  /** The fewest edges that give the same order. Only these are laid out and drawn at once. */
  readonly essential: GraphModel
  readonly implied: readonly GraphEdge[]
}

/** Takes the edges out that others imply: a map shows the lines, not every pair of stations that they join. */
export function splitGraph({ nodes, edges }: GraphModel): SplitGraph {
  const at = new Map(nodes.map((node, index) => [node.id, index]))
  const above = nodes.map(() => new Uint32Array(Math.ceil(nodes.length / 32)))
  const parents = nodes.map((): number[] => [])
  for (const { from, to } of edges) parents[at.get(to)!]!.push(at.get(from)!)
  const implied = new Set<string>()
  // Document order is topological: what is above a parent is complete when its child is reached.
  for (const [index, mine] of parents.entries()) {
    const all = above[index]!
    for (const parent of mine) for (const [word, bits] of above[parent]!.entries()) all[word]! |= bits
    for (const parent of mine) {
      if (holds(all, parent)) implied.add(edgeId(nodes[parent]!.id, nodes[index]!.id))
    }
    for (const parent of mine) all[parent >>> 5]! |= 1 << (parent & 31)
  }
  return {
    essential: { nodes, edges: edges.filter(({ id }) => !implied.has(id)) },
    implied: edges.filter(({ id }) => implied.has(id)),
  }
}

function holds(set: Uint32Array, member: number): boolean {
  return (set[member >>> 5]! & (1 << (member & 31))) !== 0
}

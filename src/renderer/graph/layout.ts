import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface LayoutNode {
  readonly id: string
  readonly width: number
  readonly height: number
}

export interface LayoutEdge {
  readonly id: string
  readonly from: string
  readonly to: string
}

/** Where everything is: nodes by their top left corner, edges as corners of an orthogonal line. */
export interface Layout {
  readonly nodes: Readonly<Record<string, Point>>
  readonly routes: Readonly<Record<string, readonly Point[]>>
}

/** What lays a graph out: `elkjs`, in a worker or not. */
export interface LayoutEngine {
  layout(graph: ElkNode): Promise<ElkNode>
}

export const emptyLayout: Layout = { nodes: {}, routes: {} }

/** How much of the old layout is kept: nothing, the order of the nodes in their rows, or their places too. */
type Keep = 'nothing' | 'order' | 'places'

const keeping: Readonly<Record<Keep, LayoutOptions>> = {
  nothing: {},
  order: { 'elk.layered.crossingMinimization.semiInteractive': 'true' },
  places: {
    'elk.layered.crossingMinimization.semiInteractive': 'true',
    'elk.layered.layering.strategy': 'INTERACTIVE',
    'elk.layered.nodePlacement.strategy': 'INTERACTIVE',
  },
}

/** How far nodes may move on average when the notebook changes, in pixels, before their places are kept by force. */
const tolerable = 40

/** Up to so many boxes a graph is laid out for being seen as a whole. */
const largest = 200
const small = 20

function options(size: number, keep: Keep): LayoutOptions {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': 'DOWN',
    // 0 would be another picture each time.
    'elk.randomSeed': '1',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS',
    'elk.layered.thoroughness': size <= largest ? '20' : '7',
    'elk.layered.spacing.nodeNodeBetweenLayers': '32',
    'elk.layered.spacing.edgeNodeBetweenLayers': '14',
    'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
    'elk.spacing.nodeNode': '20',
    'elk.spacing.edgeNode': '12',
    'elk.spacing.edgeEdge': '10',
    'elk.aspectRatio': '0.8',
    'elk.layered.considerModelOrder.components': 'MODEL_ORDER',
    // All lines of a box leave at one point, enter at one point, and run together as long as they can.
    'elk.layered.mergeEdges': 'true',
    ...narrow(size),
    ...keeping[keep],
  }
}

/** Rows of few boxes: the panel is higher than wide. In a large graph, where one sees a part at a time, rows may be long. */
function narrow(size: number): LayoutOptions {
  if (size > largest) return {}
  return {
    'elk.layered.layering.strategy': 'COFFMAN_GRAHAM',
    'elk.layered.layering.coffmanGraham.layerBound': String(size <= small ? 3 : size <= 60 ? 5 : 8),
    // Close rows, at the price of some more bends: all of it is to be read without zooming in.
    ...(size <= small ? { 'elk.layered.nodePlacement.strategy': 'SIMPLE' } : {}),
  }
}

/**
 * Lays a graph out from top to bottom. With the layout from before, nodes keep their order within a row and stay about where they
 * were, unless most of them are new. The same graph (nodes and edges in the same order) gives the same picture everywhere.
 */
export async function layoutGraph(
  engine: LayoutEngine,
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  before: Layout | null,
): Promise<Layout> {
  if (nodes.length === 0) return emptyLayout
  if (before === null || !keepsMost(before, nodes)) return run(engine, nodes, edges, null, 'nothing')
  // Edges are straighter where only the order is kept; but then a row that grows may push all others away.
  const free = await run(engine, nodes, edges, before, 'order')
  return meanShift(before, free) <= tolerable ? free : run(engine, nodes, edges, before, 'places')
}

/** Whether more than half of the nodes have their place already: else it is another graph. */
export function keepsMost(before: Layout, nodes: readonly LayoutNode[]): boolean {
  return nodes.filter(({ id }) => id in before.nodes).length * 2 > nodes.length
}

async function run(
  engine: LayoutEngine,
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  before: Layout | null,
  keep: Keep,
): Promise<Layout> {
  const children = nodes.map(({ id, width, height }): ElkNode => {
    const place = before === null ? null : (before.nodes[id] ?? placeOfNew(id, edges, before))
    if (place === null) return { id, width, height }
    return { id, width, height, ...place, layoutOptions: { 'elk.position': `(${place.x}, ${place.y})` } }
  })
  const result = await engine.layout({
    id: 'graph',
    layoutOptions: options(nodes.length, keep),
    children,
    edges: edges.map(({ id, from, to }): ElkExtendedEdge => ({ id, sources: [from], targets: [to] })),
  })
  return aligned(readLayout(result), before)
}

function meanShift(before: Layout, after: Layout): number {
  const shifts = Object.entries(after.nodes).flatMap(([id, { x, y }]) => {
    const old = before.nodes[id]
    return old === undefined ? [] : [Math.hypot(x - old.x, y - old.y)]
  })
  return shifts.reduce((sum, shift) => sum + shift, 0) / Math.max(shifts.length, 1)
}

/** Where a new node would like to be: amid its neighbours. Null if it has none. */
function placeOfNew(id: string, edges: readonly LayoutEdge[], before: Layout): Point | null {
  const near = edges
    .filter((edge) => edge.from === id || edge.to === id)
    .map((edge) => before.nodes[edge.from === id ? edge.to : edge.from])
    .filter((point) => point !== undefined)
  if (near.length === 0) return null
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return { x: mean(near.map(({ x }) => x)), y: mean(near.map(({ y }) => y)) }
}

function readLayout(result: ElkNode): Layout {
  const nodes: Record<string, Point> = {}
  const routes: Record<string, Point[]> = {}
  for (const { id, x = 0, y = 0 } of result.children ?? []) nodes[id] = { x, y }
  for (const edge of result.edges ?? []) {
    routes[edge.id] = (edge.sections ?? []).flatMap((part) => [
      part.startPoint,
      ...(part.bendPoints ?? []),
      part.endPoint,
    ])
  }
  return { nodes, routes }
}

/** Shifts the whole layout so that most nodes are where they were: the eye must not search for them anew. */
function aligned(layout: Layout, before: Layout | null): Layout {
  if (before === null) return layout
  const shared = Object.keys(layout.nodes).filter((id) => id in before.nodes)
  if (shared.length === 0) return layout
  const dx = median(shared.map((id) => before.nodes[id]!.x - layout.nodes[id]!.x))
  const dy = median(shared.map((id) => before.nodes[id]!.y - layout.nodes[id]!.y))
  const move = ({ x, y }: Point): Point => ({ x: x + dx, y: y + dy })
  return {
    nodes: mapValues(layout.nodes, move),
    routes: mapValues(layout.routes, (points) => points.map(move)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

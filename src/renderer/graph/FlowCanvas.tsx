import { Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import {
  MiniMap,
  Panel,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
  useStoreApi,
  type NodeHandle,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useCallback, useContext, useEffect, useMemo, useRef, type KeyboardEvent } from 'react'
import { Tip } from '../page/Tip.tsx'
import { revealCell, usePage, useSession } from '../state/index.ts'
import { GraphNodeBox, type FlowNode } from './GraphNodeBox.tsx'
import { neighbourOf } from './neighbour.ts'
import { ImpliedEdges } from './ImpliedEdges.tsx'
import { LightContext } from './light.ts'
import { nodeWidth, splitGraph, type GraphModel } from './model.ts'
import { RouteEdge, type FlowEdge } from './RouteEdge.tsx'
import { useLayout, type LaidOut } from './use-layout.ts'

const nodeTypes = { box: GraphNodeBox }
const edgeTypes = { route: RouteEdge }
const smallest = 0.05
const margin = 16
/** The smallest zoom at which titles are read without effort. */
const readable = 0.55
const roomy = 24

export interface FlowCanvasProps {
  readonly model: GraphModel
  readonly face: string
  readonly tidy: number
  /** Draw the edges that others imply too, not only those of the node one points at or selected. */
  readonly all: boolean
  readonly onHover: (edge: string | null) => void
  readonly onPin: (edge: string | null) => void
}

/** The picture of the graph. */
export function FlowCanvas({ model, face, tidy, all, onHover, onPin }: FlowCanvasProps) {
  const { store } = useSession()
  const light = useContext(LightContext)!
  const { essential, implied } = useMemo(() => splitGraph(model), [model])
  const laidOut = useLayout(essential, face, tidy)
  const { nodes, edges } = useFlow(laidOut, essential)
  const flow = useReactFlow<FlowNode, FlowEdge>()
  const noteMove = useFirstView(laidOut)
  useFollowSelection(laidOut)

  const open = useCallback(
    (id: string) => {
      const cell = laidOut.model.nodes.find((node) => node.id === id)?.cells[0]
      if (cell !== undefined) revealCell(store, cell)
    },
    [laidOut, store],
  )
  const walk = (event: KeyboardEvent) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset.id
    if (id === undefined) return
    if (event.key === 'Enter' || event.key === ' ') open(id)
    const to = neighbourOf(laidOut, id, event.key)
    if (to === null && event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    if (to !== null) document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(to)}"]`)?.focus()
  }
  return (
    <div className="flow" onKeyDown={walk} data-own-keys>
      <ArrowHead />
      {nodes.length === 0 && model.nodes.length > 0 ? <p className="graph-note quiet">Laying out…</p> : null}
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        nodesFocusable
        edgesFocusable={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        panOnScroll
        minZoom={smallest}
        maxZoom={1.5}
        attributionPosition="bottom-center"
        onMove={noteMove}
        onNodeMouseEnter={(_, { id }) => light.setState({ pointed: id })}
        onNodeMouseLeave={() => light.setState({ pointed: null })}
        onNodeClick={(_, { id }) => open(id)}
        onEdgeMouseEnter={(_, { id }) => onHover(id)}
        onEdgeMouseLeave={() => onHover(null)}
        onEdgeClick={(_, { id }) => onPin(id)}
        onPaneClick={() => onPin(null)}
      >
        <ImpliedEdges
          edges={implied}
          layout={laidOut.layout}
          nodes={model.nodes}
          all={all}
          onHover={onHover}
          onPin={onPin}
        />
        <Panel position="bottom-left" className="zoom">
          <Tip label="Zoom in">
            <button className="icon-button" aria-label="Zoom in" onClick={() => void flow.zoomIn()}>
              <ZoomIn />
            </button>
          </Tip>
          <Tip label="Zoom out">
            <button className="icon-button" aria-label="Zoom out" onClick={() => void flow.zoomOut()}>
              <ZoomOut />
            </button>
          </Tip>
          <Tip label="Show all of it">
            <button
              className="icon-button"
              aria-label="Show all of it"
              onClick={() => void flow.fitView({ padding: 0.06, maxZoom: 1 })}
            >
              <Maximize />
            </button>
          </Tip>
        </Panel>
        {nodes.length > roomy ? (
          <MiniMap
            pannable
            zoomable
            position="bottom-right"
            ariaLabel="Overview"
            style={{ width: 120, height: 90 }}
            nodeBorderRadius={8}
          />
        ) : null}
      </ReactFlow>
    </div>
  )
}

/** Nodes and edges for React Flow: only those that have their place, with sizes and handles given so that nothing is measured. */
function useFlow({ layout }: LaidOut, model: GraphModel): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const nodes = useMemo(
    () =>
      model.nodes.flatMap((node): FlowNode[] => {
        const position = layout.nodes[node.id]
        if (position === undefined) return []
        const { id, width, height, title } = node
        const size = { width, height }
        return [
          {
            id,
            type: 'box',
            position,
            ...size,
            measured: size,
            handles: handlesOf(width, height),
            ariaLabel: title,
            data: { node },
          },
        ]
      }),
    [layout, model],
  )
  const edges = useMemo(
    () =>
      model.edges.flatMap(({ id, from, to, family, label }): FlowEdge[] => {
        const points = layout.routes[id]
        if (points === undefined) return []
        // Lines of data are drawn over others that they share their way with.
        const zIndex = family === 'data' ? 1 : 0
        return [{ id, type: 'route', source: from, target: to, zIndex, data: { points, label, family } }]
      }),
    [layout, model],
  )
  return { nodes, edges }
}

function handlesOf(width: number, height: number): NodeHandle[] {
  const at = { x: width / 2, width: 1, height: 1 }
  return [
    { ...at, type: 'target', position: Position.Top, y: 0 },
    { ...at, type: 'source', position: Position.Bottom, y: height },
  ]
}

/** Where one looks first: all of the graph if it can be read so, else its beginning. Wants to hear of moves. */
function useFirstView({ layout, fresh }: LaidOut): (event: unknown) => void {
  const { setViewport } = useReactFlow()
  const flow = useStoreApi()
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const seen = useRef('')
  const moved = useRef(false)
  useEffect(() => {
    const now = `${fresh} ${width} ${height}`
    const isNew = !seen.current.startsWith(`${fresh} `)
    // Another size of the panel gives another view only as long as the person has not chosen one.
    if (now === seen.current || (!isNew && moved.current)) return
    const { nodeLookup } = flow.getState()
    const boxes = [...nodeLookup.values()]
    if (boxes.length === 0 || width === 0) return
    const corners = boxes.flatMap(({ position: { x, y }, width: w = 0, height: h = 0 }) => [
      { x, y },
      { x: x + w, y: y + h },
    ])
    const points = [...corners, ...Object.values(layout.routes).flat()]
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
    const [left, right] = [least(xs), most(xs)]
    const [top, bottom] = [least(ys), most(ys)]
    seen.current = now
    if (isNew) moved.current = false
    const whole = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top))
    const zoom = Math.min(Math.max(whole, readable), 1)
    // A graph that is wider than the panel is looked at from its first cell.
    const middle =
      (right - left) * zoom + 2 * margin > width ? boxes[0]!.position.x + nodeWidth / 2 : (left + right) / 2
    const x = width / 2 - middle * zoom
    const y = Math.max(margin, (height - (bottom - top) * zoom) / 2) - top * zoom
    void setViewport({ x, y, zoom })
  }, [fresh, layout, width, height, flow, setViewport])
  // What the program moves comes without an event.
  return useCallback((event: unknown) => {
    if (event !== null) moved.current = true
  }, [])
}

// `Math.min(...values)` takes only so many values.
const least = (values: readonly number[]) => values.reduce((one, other) => Math.min(one, other))
const most = (values: readonly number[]) => values.reduce((one, other) => Math.max(one, other))

/** Brings the selected cell into view when it was selected elsewhere. */
function useFollowSelection({ layout, model }: LaidOut): void {
  const selected = usePage((page) => page.selected)
  const { setCenter, getViewport } = useReactFlow()
  const flow = useStoreApi()
  const first = useRef(true)
  useEffect(() => {
    const start = first.current
    first.current = false
    const node = model.nodes.find(({ cells }) => selected !== null && cells.includes(selected))
    const at = node === undefined ? undefined : layout.nodes[node.id]
    if (start || node === undefined || at === undefined) return
    const { x, y, zoom } = getViewport()
    const { width, height } = flow.getState()
    const [left, top] = [at.x * zoom + x, at.y * zoom + y]
    const seen = left >= 0 && top >= 0 && left + node.width * zoom <= width && top + node.height * zoom <= height
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150
    if (!seen) void setCenter(at.x + node.width / 2, at.y + node.height / 2, { zoom, duration })
    // Only a new selection moves the view, never a new layout.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected])
}

function ArrowHead() {
  return (
    <svg className="hidden-words" aria-hidden>
      <defs>
        <marker
          id="graph-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M1 1L7 4L1 7" fill="none" stroke="context-stroke" strokeWidth="1.4" />
        </marker>
      </defs>
    </svg>
  )
}

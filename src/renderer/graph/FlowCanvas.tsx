import { Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import { MiniMap, Panel, Position, ReactFlow, useReactFlow, type NodeHandle } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useCallback, useContext, useMemo, type KeyboardEvent } from 'react'
import { Tip } from '../page/Tip.tsx'
import { revealCell, useSession } from '../state/index.ts'
import { GraphNodeBox, type FlowNode } from './GraphNodeBox.tsx'
import { neighbourOf } from './neighbour.ts'
import { ImpliedEdges } from './ImpliedEdges.tsx'
import { LightContext } from './light.ts'
import { splitGraph, type GraphModel } from './model.ts'
import { RouteEdge, type FlowEdge } from './RouteEdge.tsx'
import { useLayout, type LaidOut } from './use-layout.ts'
import { useView } from './use-view.ts'

const nodeTypes = { box: GraphNodeBox }
const edgeTypes = { route: RouteEdge }
const smallest = 0.05
/** From so many boxes on there is an overview. */
const roomy = 24
const overview = { width: 120, height: 90 }

export interface FlowCanvasProps {
  readonly model: GraphModel
  readonly tidy: number
  /** Draw the edges that others imply too, not only those of the node one points at or selected. */
  readonly all: boolean
  readonly onHover: (edge: string | null) => void
  readonly onPin: (edge: string | null) => void
}

/** The picture of the graph. */
export function FlowCanvas({ model, tidy, all, onHover, onPin }: FlowCanvasProps) {
  const { store } = useSession()
  const light = useContext(LightContext)!
  const { essential, implied } = useMemo(() => splitGraph(model), [model])
  const laidOut = useLayout(essential, tidy)
  const { nodes, edges } = useFlow(laidOut, essential)
  const flow = useReactFlow<FlowNode, FlowEdge>()
  const hasOverview = nodes.length > roomy
  const view = useView(laidOut, hasOverview)
  const moveBy = (move: () => Promise<boolean>) => () => {
    view.taken()
    void move()
  }

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
        onMoveStart={view.onMoveStart}
        onMove={view.onMove}
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
            <button className="icon-button" aria-label="Zoom in" onClick={moveBy(flow.zoomIn)}>
              <ZoomIn />
            </button>
          </Tip>
          <Tip label="Zoom out">
            <button className="icon-button" aria-label="Zoom out" onClick={moveBy(flow.zoomOut)}>
              <ZoomOut />
            </button>
          </Tip>
          <Tip label="Show all of it">
            <button
              className="icon-button"
              aria-label="Show all of it"
              onClick={moveBy(() => flow.fitView({ padding: 0.06, maxZoom: 1 }))}
            >
              <Maximize />
            </button>
          </Tip>
        </Panel>
        {hasOverview ? (
          <MiniMap
            pannable
            zoomable
            position="bottom-right"
            ariaLabel="Overview"
            style={overview}
            nodeStrokeWidth={strokeOf(laidOut)}
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

/** How thick a box is outlined in the overview, in the plane of the graph: even in the longest graph it is a dot on the screen. */
function strokeOf({ layout }: LaidOut): number {
  let [width, height] = [0, 0]
  for (const { x, y } of Object.values(layout.nodes)) {
    width = Math.max(width, x)
    height = Math.max(height, y)
  }
  return 2 * Math.max(width / overview.width, height / overview.height)
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

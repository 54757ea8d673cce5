import { ViewportPortal } from '@xyflow/react'
import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Layout } from './layout.ts'
import { useLight } from './light.ts'
import type { GraphEdge, GraphNode } from './model.ts'

export interface ImpliedEdgesProps {
  readonly edges: readonly GraphEdge[]
  readonly nodes: readonly GraphNode[]
  readonly layout: Layout
  /** All of them, not only those of the node that is pointed at or selected. */
  readonly all: boolean
  readonly onHover: (edge: string | null) => void
  readonly onPin: (edge: string | null) => void
}

/**
 * The edges that a longer way implies, as thin curves behind the boxes. They take no part in the layout, and React Flow does not
 * know them: a click on a node would make it look at all edges.
 */
export function ImpliedEdges({ edges, nodes, layout, all, onHover, onPin }: ImpliedEdgesProps) {
  const sizes = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes])
  const [selected, pointed, shown] = useLight(useShallow((light) => [light.selected, light.pointed, light.edge]))
  const near = (id: string) => id === selected || id === pointed
  const drawn = edges.filter(({ id, from, to }) => all || near(from) || near(to) || id === shown)
  if (drawn.length === 0) return null
  return (
    <ViewportPortal>
      <svg className="implied">
        {drawn.map(({ id, from, to, family }) => {
          const path = curve(layout, sizes, from, to)
          return path === null ? null : (
            <g
              key={id}
              data-id={id}
              data-family={family}
              data-shown={id === shown ? '' : undefined}
              onMouseEnter={() => onHover(id)}
              onMouseLeave={() => onHover(null)}
              onClick={() => onPin(id)}
            >
              <path d={path} className="implied-reach" />
              <path d={path} markerEnd="url(#graph-arrow)" />
            </g>
          )
        })}
      </svg>
    </ViewportPortal>
  )
}

function curve(layout: Layout, sizes: ReadonlyMap<string, GraphNode>, from: string, to: string): string | null {
  const [start, end] = [layout.nodes[from], layout.nodes[to]]
  const [source, target] = [sizes.get(from), sizes.get(to)]
  if (start === undefined || end === undefined || source === undefined || target === undefined) return null
  const [x, y] = [start.x + source.width / 2, start.y + source.height]
  const [right, bottom] = [end.x + target.width / 2, end.y]
  const bend = Math.max(30, Math.min(140, (bottom - y) / 2))
  return `M${x} ${y}C${x} ${y + bend} ${right} ${bottom - bend} ${right} ${bottom}`
}

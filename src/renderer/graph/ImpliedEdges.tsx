import { ViewportPortal } from '@xyflow/react'
import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { detour, rowsOf } from './detour.ts'
import type { Layout } from './layout.ts'
import { useLight } from './light.ts'
import type { GraphEdge, GraphNode } from './model.ts'
import { roundedPath } from './RouteEdge.tsx'
import type { Box } from './view.ts'

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
 * The edges that a longer way implies, as thin lines around the boxes. They take no part in the layout, and React Flow does not
 * know them: a click on a node would make it look at all edges.
 */
export function ImpliedEdges({ edges, nodes, layout, all, onHover, onPin }: ImpliedEdgesProps) {
  const boxes = useMemo(
    () =>
      new Map(
        nodes.flatMap(({ id, width, height }): [string, Box][] => {
          const place = layout.nodes[id]
          return place === undefined ? [] : [[id, { ...place, width, height }]]
        }),
      ),
    [nodes, layout],
  )
  const rows = useMemo(() => rowsOf([...boxes.values()]), [boxes])
  const [selected, pointed, shown] = useLight(useShallow((light) => [light.selected, light.pointed, light.edge]))
  const near = (id: string) => id === selected || id === pointed
  const drawn = edges.filter(({ id, from, to }) => all || near(from) || near(to) || id === shown)
  if (drawn.length === 0) return null
  return (
    <ViewportPortal>
      <svg className="implied">
        {drawn.map(({ id, from, to, family }) => {
          const [start, end] = [boxes.get(from), boxes.get(to)]
          const way = start === undefined || end === undefined ? null : detour(rows, start, end)
          const path = way === null ? null : roundedPath(way)
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

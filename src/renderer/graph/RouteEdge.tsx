import { BaseEdge, EdgeLabelRenderer, useStore, type Edge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { farZoom } from './GraphNodeBox.tsx'
import type { Point } from './layout.ts'
import { edgeLight, useLight } from './light.ts'
import type { EdgeFamily } from './model.ts'

export type FlowEdge = Edge<{ points: readonly Point[]; label: string; family: EdgeFamily }, 'route'>

/** An edge along the way that the layout found for it. What passes stands at the box that makes it, and here when pointed at. */
export const RouteEdge = memo(function RouteEdge({ id, source, target, data }: EdgeProps<FlowEdge>) {
  const light = useLight((all) => edgeLight(all, source, target))
  const shown = useLight((all) => all.edge === id)
  const far = useStore((flow) => flow.transform[2] < farZoom)
  const { points, label, family } = data!
  const labelAt = shown && label !== '' && !far ? middleOf(points) : null
  return (
    <>
      <g className="route" data-family={family} data-light={light ?? undefined} data-shown={shown ? '' : undefined}>
        <BaseEdge id={id} path={roundedPath(points)} interactionWidth={16} markerEnd="url(#graph-arrow)" />
      </g>
      {labelAt === null ? null : (
        <EdgeLabelRenderer>
          <span
            className="edge-label"
            data-family={family}
            title={label}
            style={{ transform: `translate(-50%, -50%) translate(${labelAt.x}px, ${labelAt.y}px)` }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
})

/** The middle of the longest straight part: there a name is least in the way. */
export function middleOf(points: readonly Point[]): Point | null {
  let best: { length: number; at: Point } | null = null
  for (const [at, to] of points.slice(1).entries()) {
    const from = points[at]!
    const length = Math.hypot(to.x - from.x, to.y - from.y)
    if (best === null || length > best.length) best = { length, at: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 } }
  }
  return best?.at ?? null
}

const radius = 8

/** A line through the points with rounded corners, as an SVG path. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let path = `M${first.x} ${first.y}`
  for (const [at, corner] of rest.entries()) {
    const next = rest[at + 1]
    if (next === undefined) {
      path += `L${corner.x} ${corner.y}`
      continue
    }
    const before = points[at]!
    const [a, b] = [towards(corner, before), towards(corner, next)]
    path += `L${a.x} ${a.y}Q${corner.x} ${corner.y} ${b.x} ${b.y}`
  }
  return path
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const step = length === 0 ? 0 : Math.min(radius, length / 2) / length
  return { x: from.x + (to.x - from.x) * step, y: from.y + (to.y - from.y) * step }
}

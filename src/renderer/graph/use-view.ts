import { useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import { useCallback, useEffect, useRef } from 'react'
import { usePage } from '../state/index.ts'
import type { GraphNode } from './model.ts'
import type { LaidOut } from './use-layout.ts'
import { firstView, viewWith, type Box, type View } from './view.ts'

/** How much of the panel the buttons at its foot cover, in pixels; and the overview, where there is one. */
const buttons = 52
const overview = 112

export interface ViewHooks {
  /** Want to hear of every move of the view. */
  readonly onMoveStart: (event: unknown) => void
  readonly onMove: (event: unknown) => void
  /** To be called before the view is moved in the person's name. */
  readonly taken: () => void
}

/**
 * Moves the view: to a first look at another graph, or at the same in a panel of another size as long as the person has not chosen
 * a view; and gently, so that the selected cell is seen.
 */
export function useView(laidOut: LaidOut, hasOverview: boolean): ViewHooks {
  const { setViewport } = useReactFlow()
  const flow = useStoreApi()
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const selected = usePage((page) => page.selected)
  const moved = useRef(false)
  const seen = useRef<Seen | null>(null)
  const { layout, fresh } = laidOut

  useEffect(() => {
    const graph = extentOf(laidOut)
    if (graph === null || width === 0) return
    const before = seen.current
    const node = nodeOf(laidOut, selected)
    const box = node === null ? null : boxOf(laidOut, node)
    seen.current = { fresh, width, height, selected, box }
    const frame = { width, height, bottom: hasOverview ? overview : buttons }
    const isNew = before?.fresh !== fresh
    if (isNew) moved.current = false
    if (isNew || (!moved.current && (before.width !== width || before.height !== height))) {
      const focus = box ?? boxOf(laidOut, laidOut.model.nodes[0]!)!
      void setViewport(firstView(graph, focus, { ...frame, bottom: buttons }))
      return
    }
    if (box === null) return
    const view = viewNow(flow.getState().transform)
    const chosen = before.selected !== selected || before.box === null
    // A new layout moves the view only if it would take what is selected out of it.
    if (!chosen && viewWith(before.box, view, frame) !== view) return
    const next = viewWith(box, view, frame)
    if (next !== view) void setViewport(next, { duration: isStill() ? 0 : 150 })
  }, [laidOut, layout, fresh, width, height, selected, hasOverview, flow, setViewport])

  const taken = useCallback(() => {
    moved.current = true
  }, [])
  // What the program moves comes without an event.
  const onMove = useCallback((event: unknown) => (event === null ? undefined : taken()), [taken])
  // The first turn of a wheel is told as a start only; a press of the mouse is one too, before anything moves.
  const onMoveStart = useCallback((event: unknown) => (event instanceof WheelEvent ? taken() : undefined), [taken])
  return { onMoveStart, onMove, taken }
}

/** What the view was last made for. */
interface Seen {
  readonly fresh: number
  readonly width: number
  readonly height: number
  readonly selected: string | null
  /** Where the selected cell stood. */
  readonly box: Box | null
}

function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

function viewNow([x, y, zoom]: readonly [number, number, number]): View {
  return { x, y, zoom }
}

function nodeOf({ model }: LaidOut, cell: string | null): GraphNode | null {
  return model.nodes.find(({ cells }) => cell !== null && cells.includes(cell)) ?? null
}

function boxOf({ layout }: LaidOut, { id, width, height }: GraphNode): Box | null {
  const place = layout.nodes[id]
  return place === undefined ? null : { ...place, width, height }
}

/** The box around all nodes and lines; null if nothing has its place yet. */
function extentOf(laidOut: LaidOut): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const hold = (x: number, y: number) => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  for (const node of laidOut.model.nodes) {
    const box = boxOf(laidOut, node)
    if (box === null) continue
    hold(box.x, box.y)
    hold(box.x + box.width, box.y + box.height)
  }
  for (const points of Object.values(laidOut.layout.routes)) for (const { x, y } of points) hold(x, y)
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top }
}

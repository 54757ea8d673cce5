import { useEffect, useMemo, useRef, useState } from 'react'
import { layoutWorker } from './elk.ts'
import { emptyLayout, keepsMost, layoutGraph, type Layout } from './layout.ts'
import type { GraphModel } from './model.ts'

export interface LaidOut {
  readonly model: GraphModel
  readonly layout: Layout
  /** Counts layouts made from nothing: then the view may move; otherwise it stays. */
  readonly fresh: number
}

/** A graph with its layout, one step behind the model while it is laid out anew. `tidy`: a new number starts from nothing. */
export function useLayout(model: GraphModel, tidy: number): LaidOut {
  const [laidOut, setLaidOut] = useState<LaidOut>({ model: { nodes: [], edges: [] }, layout: emptyLayout, fresh: 0 })
  const last = useRef<{ layout: Layout; tidy: number } | null>(null)
  const shape = useMemo(() => shapeOf(model), [model])
  const latest = useRef(model)
  useEffect(() => {
    latest.current = model
  })
  useEffect(() => {
    let outdated = false
    const { nodes, edges } = latest.current
    const old = last.current?.tidy === tidy ? last.current.layout : null
    const before = old !== null && keepsMost(old, nodes) ? old : null
    void layoutGraph(layoutWorker(), nodes, edges, before).then((layout) => {
      if (outdated) return
      last.current = { layout, tidy }
      setLaidOut(({ fresh }) => ({ model: latest.current, layout, fresh: before === null ? fresh + 1 : fresh }))
    })
    return () => {
      outdated = true
    }
  }, [shape, tidy])
  return laidOut
}

/** All that the layout depends on. Titles and states do not move anything. */
function shapeOf({ nodes, edges }: GraphModel): string {
  return JSON.stringify([nodes.map(({ id, height }) => [id, height]), edges.map(({ id }) => id)])
}

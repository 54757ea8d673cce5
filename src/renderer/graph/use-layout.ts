import { useEffect, useRef, useState } from 'react'
import { layoutWorker } from './elk.ts'
import { emptyLayout, layoutGraph, type Layout } from './layout.ts'
import type { GraphModel } from './model.ts'

export interface LaidOut {
  readonly model: GraphModel
  readonly layout: Layout
  /** Counts layouts made from nothing: then the view may move; otherwise it stays. */
  readonly fresh: number
}

/** A graph with its layout, one step behind the model while it is laid out anew. `tidy`: a new number starts from nothing. */
export function useLayout(model: GraphModel, face: string, tidy: number): LaidOut {
  const [laidOut, setLaidOut] = useState<LaidOut>({ model: { nodes: [], edges: [] }, layout: emptyLayout, fresh: 0 })
  const last = useRef<{ layout: Layout; from: string } | null>(null)
  const shape = shapeOf(model)
  const from = `${face} ${tidy}`
  const latest = useRef(model)
  useEffect(() => {
    latest.current = model
  })
  useEffect(() => {
    let outdated = false
    const before = last.current?.from === from ? last.current.layout : null
    const current = latest.current
    void layoutGraph(layoutWorker(), current.nodes, current.edges, before).then((layout) => {
      if (outdated) return
      last.current = { layout, from }
      setLaidOut(({ fresh }) => ({ model: latest.current, layout, fresh: before === null ? fresh + 1 : fresh }))
    })
    return () => {
      outdated = true
    }
  }, [shape, from])
  return laidOut
}

/** All that the layout depends on. Titles and states do not move anything. */
function shapeOf({ nodes, edges }: GraphModel): string {
  return JSON.stringify([nodes.map(({ id, height }) => [id, height]), edges.map(({ id }) => id)])
}

import { useEffect } from 'react'
import { downstream, upstream, usePage } from '../state/index.ts'
import type { LightStore } from './light.ts'
import type { GraphModel } from './model.ts'

/** Lights what the selected cell comes from, and what comes from it. */
export function useCones(light: LightStore, model: GraphModel): void {
  const cell = usePage((page) => page.selected)
  useEffect(() => {
    const selected = model.nodes.find((node) => cell !== null && node.cells.includes(cell))?.id ?? null
    const edges = model.edges.map(({ from, to }) => ({ from, to, reasons: [] }))
    light.setState({
      selected,
      upstream: selected === null ? new Set() : upstream(edges, [selected]),
      downstream: selected === null ? new Set() : downstream(edges, [selected]),
    })
  }, [light, model, cell])
}

import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** What is lit in the graph. Kept apart from the nodes, so that a click does not make React Flow look at all of them. */
export interface Light {
  readonly selected: string | null
  readonly upstream: ReadonlySet<string>
  readonly downstream: ReadonlySet<string>
  readonly found: ReadonlySet<string>
  /** The node under the pointer. */
  readonly pointed: string | null
  /** The edge whose reasons are shown. */
  readonly edge: string | null
}

export type LightStore = StoreApi<Light>

export function createLight(): LightStore {
  return createStore<Light>(() => ({
    selected: null,
    upstream: new Set(),
    downstream: new Set(),
    found: new Set(),
    pointed: null,
    edge: null,
  }))
}

export const LightContext = createContext<LightStore | null>(null)

export function useLight<T>(part: (light: Light) => T): T {
  return useStore(useContext(LightContext)!, part)
}

/** How an edge stands to the selected node: on the way to it, on the way from it, or apart. */
export function edgeLight(light: Light, from: string, to: string): 'up' | 'down' | 'apart' | null {
  if (light.selected === null) return null
  if (light.upstream.has(from) && light.upstream.has(to)) return 'up'
  if (light.downstream.has(from) && light.downstream.has(to)) return 'down'
  return 'apart'
}

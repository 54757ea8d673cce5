import { lazy, Suspense } from 'react'

const GraphPanel = lazy(() => import('./GraphPanel.tsx').then((module) => ({ default: module.GraphPanel })))

/** The graph, loaded once the notebook is on the screen: the first cells do not wait for it. */
export function LaterGraphPanel() {
  return (
    <Suspense fallback={null}>
      <GraphPanel />
    </Suspense>
  )
}

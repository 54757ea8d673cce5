import ELK from 'elkjs/lib/elk-api.js'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import type { LayoutEngine } from './layout.ts'

let engine: LayoutEngine | null = null

/** The layout engine, in a worker of its own; it starts when a graph is first shown. */
export function layoutWorker(): LayoutEngine {
  return (engine ??= new ELK({ workerFactory: () => new Worker(workerUrl) }))
}

import type { DocumentView, OutputItem, RunPatch, RunView } from '../../kernel/contract/index.ts'
import type { CellId } from './notebook.ts'

/** How every cell stands, and what is shown under it. */
export interface Runs {
  readonly runs: Readonly<Record<CellId, RunView>>
  readonly outputs: Readonly<Record<CellId, readonly OutputItem[]>>
}

/** A cell that has never run. */
export const neverRun: RunView = { state: 'stale', ms: null, finished: null, error: null, because: [] }

export function runsOf(view: DocumentView): Runs {
  const runs: Record<CellId, RunView> = {}
  const outputs: Record<CellId, readonly OutputItem[]> = {}
  for (const cell of view.cells) {
    runs[cell.id] = cell.run
    outputs[cell.id] = mergeStreams([], cell.outputs)
  }
  return { runs, outputs }
}

/** The runs after the kernel's patch. Old outputs go only when it says so (`cleared`); new ones are added at the end. */
export function patchRuns(before: Runs, patch: RunPatch): Runs {
  const runs = { ...before.runs }
  let outputs = before.outputs
  for (const { id, run, cleared, outputs: more } of patch.cells) {
    if (run !== undefined) runs[id] = run
    if (cleared !== true && more === undefined) continue
    const kept = cleared === true ? [] : (outputs[id] ?? [])
    outputs = { ...outputs, [id]: mergeStreams(kept, more ?? []) }
  }
  return { runs, outputs }
}

/** Joins pieces of the same stream that follow each other, so that a line that came in two pieces is one line. */
function mergeStreams(kept: readonly OutputItem[], more: readonly OutputItem[]): readonly OutputItem[] {
  if (more.length === 0) return kept
  const items = [...kept]
  for (const item of more) {
    const last = items.at(-1)
    if (item.type === 'stream' && last?.type === 'stream' && last.stream === item.stream) {
      items[items.length - 1] = { ...last, text: last.text + item.text }
    } else items.push(item)
  }
  return items
}

import type { RunErrorView, RunView } from '../contract/index.ts'
import type { RunRecord } from './record.ts'

/** How a cell of a finished run stands. */
export interface CellResult {
  readonly key: string
  readonly state: RunView['state']
  readonly ms: number
  readonly stdout: string
  readonly text: string
  readonly error: RunErrorView | null
}

/** What the run of a cell came to; undefined: it has none that fits. */
export function resultOf(key: string, state: RunView['state'], record: RunRecord | undefined): CellResult {
  const printed = (record?.outputs ?? [])
    .filter((item) => item.type === 'stream')
    .filter((item) => item.stream === 'stdout')
  return {
    key,
    state,
    ms: record?.ms ?? 0,
    stdout: printed.map((item) => item.text).join(''),
    text: record?.text ?? '',
    error: record?.error ?? null,
  }
}

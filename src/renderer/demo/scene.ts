import type { DiagnosticView, FixView, OutputItem, ParameterView, RunErrorView } from '../../kernel/contract/index.ts'
import type { Cell } from '../state/index.ts'

/** A cell of a made-up notebook, with what it will show when it runs. */
export interface DemoCell {
  readonly kind: Cell['kind']
  readonly title?: string
  readonly source: string
  readonly ms?: number
  readonly mode?: Cell['mode']
  readonly outputs?: readonly OutputItem[]
  readonly error?: RunErrorView
  /** The state that it is in when the notebook is opened; `stale` if not given. */
  readonly state?:
    'fresh' | 'stale' | 'failed' | 'blocked' | 'waiting' | 'cancelled' | 'skipped' | 'disabled' | 'queued' | 'running'
  readonly because?: readonly number[]
}

/** A made-up notebook. */
export interface Scene {
  readonly name: string
  readonly cells: readonly DemoCell[]
  readonly parameters: readonly ParameterView[]
  /** `cell` is the number of a cell here. */
  readonly diagnostics: readonly (Omit<DiagnosticView, 'cell'> & { readonly cell: number })[]
  /** The changes that would mend a remark, by its code. */
  readonly fixes?: ReadonlyMap<string, readonly FixView[]>
  /** Bytes of result pages, by `file page`. */
  readonly pages: ReadonlyMap<string, Uint8Array>
}

export const stdout = (text: string): OutputItem => ({ type: 'stream', stream: 'stdout', text })
export const show = (mime: string, content: unknown, plain = ''): OutputItem => ({
  type: 'display',
  data: { [mime]: content, 'text/plain': plain },
})

import type { CellState, CellView } from '../../kernel/contract/index.ts'

/** The word for each state, as people and screen readers get it. */
export const stateWords: Readonly<Record<CellState, string>> = {
  fresh: 'fresh',
  stale: 'needs to run again',
  queued: 'queued',
  running: 'running',
  failed: 'failed',
  blocked: 'blocked by a failed cell',
  waiting: 'waiting for a manual cell',
  skipped: 'skipped',
  cancelled: 'cancelled',
  disabled: 'disabled',
}

export const kindWords: Readonly<Record<CellView['kind'], string>> = {
  python: 'Python',
  sql: 'SQL',
  markdown: 'Markdown',
  run: 'Run notebook',
  pip: 'pip',
  sh: 'Shell',
  fs: 'Files',
  scala: 'Scala',
  r: 'R',
  magic: 'Other',
  raw: 'Raw text',
}

/** `0.4 s`, `12 s`, `3 min 5 s`: a duration in milliseconds, for people. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
}

/** The name a cell goes by: its title, or the first words of its text. */
export function cellName(cell: Pick<CellView, 'title' | 'source'>): string {
  const line = cell.source.split('\n').find((text) => text.trim() !== '') ?? 'Empty cell'
  return cell.title ?? line.trim()
}

const endings: Readonly<Partial<Record<CellState, string>>> = {
  fresh: 'has run',
  stale: 'needs to run again',
  cancelled: 'was stopped',
  blocked: 'is blocked by a failed cell',
  waiting: 'waits for a manual cell',
  skipped: 'was skipped',
}

/** How a run ended, as a sentence for screen readers. */
export function endOfRun(name: string, state: CellState): string {
  return `${name} ${endings[state] ?? `is ${stateWords[state]}`}.`
}

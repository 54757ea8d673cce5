import type { Step } from '../analysis/index.ts'

/** A top-level statement with the text that belongs to it: the comments above it, itself, what follows on its line. */
export interface Segment {
  readonly step: Step
  readonly text: string
  /** The comment lines right above it. */
  readonly comment: string
}

/** Cuts the text of a cell at its top-level statements. Nothing is lost. */
export function segmentsOf(source: string, steps: readonly Step[]): Segment[] {
  let from = 0
  return steps.map((step, index) => {
    const isLast = index === steps.length - 1
    const line = source.indexOf('\n', step.where.end)
    const lineEnd = isLast || line < 0 ? source.length : line + 1
    const next = steps[index + 1]?.where.start ?? source.length
    // Statements on one line are parted by a semicolon.
    const end = next < lineEnd && !isLast ? next : lineEnd
    const text = source.slice(from, end).replace(/;\s*$/, '\n')
    const above = source.slice(from, step.where.start)
    from = end
    const comment = /(?:^[ \t]*#.*\n)*$/m.exec(above)?.[0] ?? ''
    return { step, text: text.endsWith('\n') ? text : `${text}\n`, comment }
  })
}

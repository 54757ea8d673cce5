import type { Material } from './drafts.ts'
import type { PlanCell } from './input.ts'
import { lineAt } from './pieces.ts'
import type { Plan } from './plan.ts'

/** What a local run of the job does otherwise than Databricks. */
export function notesOf(cells: readonly PlanCell[], { units, roles }: Material): NonNullable<Plan['notes']> {
  return units.flatMap(({ at, cell, kind, span }) => {
    if (roles[at] === 'absent') return []
    const { key, source } = cells[cell]!
    const note = (offset: number, message: string) => ({
      cell: key,
      line: lineAt(source, span.start + offset),
      message,
    })
    if (kind === 'scala' || kind === 'r' || kind === 'magic') {
      const what = kind === 'scala' ? 'Scala' : kind === 'r' ? 'R' : 'this magic'
      const message = `This machine cannot run ${what}: a job run here leaves its task out, and what depends on it.`
      return [note(0, message)]
    }
    return []
  })
}

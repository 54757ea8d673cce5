import { resourceName } from '../analysis/index.ts'
import type { Graph } from '../graph/index.ts'
import { inJob, type PlanCell } from './input.ts'
import { lineAt } from './pieces.ts'
import type { Plan } from './plan.ts'
import type { Role } from './roles.ts'
import type { UnitGraph } from './units.ts'

export type Refusal = Plan['refused'][number]

/**
 * What stands against an export in the notebook's text: errors, cells that do not parse, reads from cells that the job
 * has not.
 */
export function refusalsOf(
  cells: readonly PlanCell[],
  graph: Graph,
  bound: UnitGraph,
  roles: readonly Role[],
): Refusal[] {
  const refused: Refusal[] = []
  const byId = new Map(cells.map((cell) => [cell.id ?? cell.key, cell]))
  for (const cell of cells.filter(inJob)) {
    const { broken, findings } = cell.analysis
    const errors = findings.filter(({ severity }) => severity === 'error')
    for (const { where, message } of errors) {
      refused.push({ cell: cell.key, line: lineAt(cell.source, where.start), message })
    }
    if (broken && errors.length === 0) refused.push({ cell: cell.key, line: 1, message: 'This cell cannot be parsed.' })
  }
  for (const { cell: id, severity, line, message } of graph.diagnostics) {
    const cell = byId.get(id)
    if (severity === 'error' && cell !== undefined && inJob(cell)) refused.push({ cell: cell.key, line, message })
  }
  for (const { from, to, reasons } of bound.edges) {
    if (roles[from] !== 'absent' || roles[to] === 'absent') continue
    const read = reasons.find(({ order }) => order === 'read-after-write')
    if (read === undefined) continue
    const [source, reader] = [cells[bound.units[from]!.cell]!, cells[bound.units[to]!.cell]!]
    const what = `\`${resourceName(read.resource)}\` comes from the cell \`${source.key}\`, which is not in the job.`
    refused.push({ cell: reader.key, line: lineAt(reader.source, read.to.start), message: what })
  }
  return withoutRepeats(refused)
}

export function withoutRepeats(refused: readonly Refusal[]): Refusal[] {
  const seen = new Set<string>()
  return refused.filter((one) => {
    const text = JSON.stringify([one.cell, one.line, one.message])
    return !seen.has(text) && seen.add(text) !== undefined
  })
}

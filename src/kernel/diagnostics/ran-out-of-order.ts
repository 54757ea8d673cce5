import { resourceKind, resourceName, type Resource } from '../analysis/index.ts'
import type { Binding, Diagnostic, GraphCell } from '../graph/index.ts'
import type { DiagnosedCell, DiagnosedNotebook } from './rule.ts'

/** When a cell was last run, as its file tells: 12 for `In [12]`; null: it was not, or nobody knows. */
export type StoredRun = number | null

/**
 * A remark on each cell whose stored output came from another order of runs than that of the document, where that matters: what it reads
 * was made by another cell at that time than the one that it reads from here, or was made again since. `runs` has an entry for each
 * cell; the remarks are in document order.
 */
export function ranOutOfOrder({ cells, graph }: DiagnosedNotebook, runs: readonly StoredRun[]): Diagnostic[] {
  if (runs.every((run) => run === null)) return []
  const index = new Map(graph.cells.map(({ id }, at) => [id, at]))
  const makers = makersOf(graph.cells)
  return graph.cells.flatMap((cell, at): Diagnostic[] => {
    const ran = runs[at]
    if (ran == null) return []
    const remarks = cell.reads.flatMap((binding): Remark[] => {
      const from = binding.from === null ? undefined : index.get(binding.from)
      if (from === undefined || !isContent(binding.resource) || isImport(cells[from]!, binding.resource)) return []
      const remark = remarkOn(binding, from, ran, makers.get(binding.resource) ?? [], runs, cells)
      return remark === null ? [] : [remark]
    })
    // One is enough to say that the output is not to be trusted; the gravest comes first.
    const first = remarks.find(({ severity }) => severity === 'warning') ?? remarks[0]
    if (first === undefined) return []
    const line = cells[at]!.source.slice(0, first.where.start).split('\n').length
    return [{ code: 'ran-out-of-order', cell: cell.id, line, ...first }]
  })
}

type Remark = Pick<Diagnostic, 'severity' | 'where' | 'message'>

function remarkOn(
  { resource, where }: Binding,
  from: number,
  ran: number,
  makers: readonly number[],
  runs: readonly StoredRun[],
  cells: readonly DiagnosedCell[],
): Remark | null {
  const name = resourceName(resource)
  const key = (at: number): string => cells[at]!.key
  const made = runs[from] ?? null
  const before = makers.filter((at) => runs[at] != null && runs[at] < ran)
  const last = before.toSorted((a, b) => runs[b]! - runs[a]!)[0]
  const again = 'Run the notebook from the top to see its real result.'
  if (last !== undefined && last !== from) {
    const message =
      `The output stored in the file is not that of a run from the top: when this cell ran ([${ran}]), ${name} came from the cell ` +
      `${key(last)} ([${runs[last]!}]); from the top it comes from ${key(from)}. ${again}`
    return { severity: 'warning', where, message }
  }
  if (made === null) {
    const message =
      `The output stored in the file cannot be had again with certainty: this cell ran ([${ran}]), but the cell ${key(from)}, ` +
      `which makes ${name}, did not run in that session. ${again}`
    return { severity: 'info', where, message }
  }
  if (made > ran) {
    const message =
      `The output stored in the file may be out of date: this cell ran ([${ran}]) before the cell ${key(from)}, which makes ` +
      `${name}, last did ([${made}]). ${again}`
    return { severity: 'info', where, message }
  }
  return null
}

/** The cells that make each resource, in document order. */
function makersOf(cells: readonly GraphCell[]): Map<Resource, number[]> {
  const makers = new Map<Resource, number[]>()
  cells.forEach(({ writes }, at) => {
    for (const resource of writes) makers.set(resource, [...(makers.get(resource) ?? []), at])
  })
  return makers
}

/** What holds data: values, tables, views and files that have a name. */
function isContent(resource: Resource): boolean {
  return ['name', 'table', 'view', 'path'].includes(resourceKind(resource)) && resourceName(resource) !== '*'
}

/** A module is the same whenever it is imported. */
function isImport({ source, analysis }: DiagnosedCell, resource: Resource): boolean {
  const writing = analysis.statements.filter(({ effects }) =>
    effects.some((effect) => effect.resource === resource && effect.mode !== 'read'),
  )
  return (
    writing.length > 0 && writing.every(({ span }) => /^\s*(import|from)\b/.test(source.slice(span.start, span.end)))
  )
}

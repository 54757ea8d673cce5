import { resourceKind, resourceName, samePlainData, type Resource } from '../analysis/index.ts'
import type {
  CellView,
  Chip,
  DiagnosticView,
  DocumentPatch,
  EdgeView,
  ParameterView,
  RunErrorView,
} from '../contract/index.ts'
import { mendable } from '../diagnostics/index.ts'
import type { RunError } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import type { KnownCell, Understanding } from './understanding.ts'

/** A cell as the page shows it, without its run. */
export function cellView(cell: KnownCell): Omit<CellView, 'run' | 'outputs'> {
  return {
    id: cell.id,
    key: cell.key,
    kind: cell.cell.kind,
    title: cell.cell.title,
    source: cell.cell.source,
    mode: cell.mode,
    modeReason: cell.modeReason,
    reads: readChips(cell),
    writes: chips(cell.graph.writes, () => cell.id),
  }
}

export function edgeViews(understanding: Understanding): EdgeView[] {
  return understanding.graph.edges.map(({ from, to, reasons }) => ({
    from,
    to,
    reasons: reasons.map((reason) => ({ ...reason })),
  }))
}

export function diagnosticViews(understanding: Understanding): DiagnosticView[] {
  return understanding.diagnostics.map(({ code, severity, cell, line, where, message, fixes }) => ({
    code,
    severity,
    cell,
    line,
    where,
    message,
    ...(mendable.has(code) || fixes !== undefined ? { fixable: true } : {}),
  }))
}

export function parameterViews(understanding: Understanding, values: ReadonlyMap<string, string>): ParameterView[] {
  return understanding.graph.parameters.map(({ name, label, widget, choices, default: initial }) => ({
    name,
    label,
    widget,
    choices: [...choices],
    default: initial,
    value: values.get(name) ?? initial,
  }))
}

/** What of a notebook is otherwise than before, as a patch says it. */
export function documentChanges(
  before: Understanding,
  now: Understanding,
  parameters: ReadonlyMap<string, string>,
): Pick<DocumentPatch, 'order' | 'cells' | 'edges' | 'diagnostics' | 'parameters'> {
  const same = samePlainData
  const orderOf = ({ cells }: Understanding): CellId[] => cells.map(({ id }) => id)
  const cells = now.cells.flatMap((cell) => {
    const old = before.byId.get(cell.id)
    if (old === cell) return []
    const view = cellView(cell)
    return old !== undefined && same(cellView(old), view) ? [] : [view]
  })
  return {
    ...(same(orderOf(before), orderOf(now)) ? {} : { order: orderOf(now) }),
    ...(cells.length === 0 ? {} : { cells }),
    ...(same(before.graph.edges, now.graph.edges) ? {} : { edges: edgeViews(now) }),
    ...(same(before.diagnostics, now.diagnostics) ? {} : { diagnostics: diagnosticViews(now) }),
    ...(same(before.graph.parameters, now.graph.parameters) ? {} : { parameters: parameterViews(now, parameters) }),
  }
}

/** An exception for the page: its own frames lead to cells. `cellOf` finds the cell that a frame's file names. */
export function errorView(error: RunError, cellOf: (file: string) => CellId | null): RunErrorView {
  return {
    name: error.name,
    message: error.message,
    line: error.line,
    traceback: error.traceback.map(({ own, ...frame }) => ({ ...frame, cell: own ? cellOf(frame.file) : null })),
  }
}

/** What a cell reads from above or from the project: builtins, and settings that nobody changed, say nothing. */
function readChips(cell: KnownCell): Chip[] {
  const told = cell.graph.reads.filter(
    ({ resource, from }) => from !== null || !['name', 'session'].includes(resourceKind(resource)),
  )
  const from = new Map(told.map((binding) => [binding.resource, binding.from]))
  return chips([...from.keys()], (resource) => from.get(resource) ?? null)
}

function chips(resources: readonly Resource[], cellOf: (resource: Resource) => CellId | null): Chip[] {
  // A schema goes without saying where one of its tables is named.
  const told = resources.filter((resource) => !resources.some((other) => other.startsWith(`${resource}.`)))
  return [...new Set(told)].map((resource) => ({ resource, label: label(resource), cell: cellOf(resource) }))
}

/** A resource in a person's words. */
function label(resource: Resource): string {
  const name = resourceName(resource)
  if (name !== '*') return name
  const any: Partial<Record<string, string>> = { name: 'any name', table: 'any table', path: 'any file' }
  return any[resourceKind(resource)] ?? resource
}

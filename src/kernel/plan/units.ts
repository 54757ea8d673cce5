import type { CellAnalysis, Effect, Resource, Span, Statement } from '../analysis/index.ts'
import { buildGraph, type Reason } from '../graph/index.ts'
import { isText, type CellKind } from '../notebook/index.ts'
import type { PlanCell } from './input.ts'

/** The planner's grain: a top-level statement of a Python cell, or any other cell as a whole. */
export interface Unit {
  /** Index of its cell in the notebook. */
  readonly cell: number
  readonly kind: CellKind
  readonly span: Span
  readonly text: string
  readonly analysis: CellAnalysis
  readonly setup: boolean
  readonly display: boolean
  /** Of a unit of many statements: the functions and classes that it defines. */
  readonly code?: ReadonlySet<string>
  /** What it does to state that libraries keep for the whole process; see `markLibraryState`. */
  readonly library?: 'sets' | 'may'
}

/** A unit and what its text means at its place. Numbers are positions in the list of units, which is document order. */
export interface BoundUnit extends Unit {
  readonly at: number
  readonly reads: readonly { readonly resource: Resource; readonly from: number | null }[]
  readonly writes: readonly Resource[]
  readonly effects: readonly Effect[]
}

/** `to` must come after `from`. */
export interface UnitEdge {
  readonly from: number
  readonly to: number
  readonly reasons: readonly Reason[]
}

/** The statement graph of a notebook: one floor below the graph that people see, made by the same rules. */
export interface UnitGraph {
  readonly units: readonly BoundUnit[]
  readonly edges: readonly UnitEdge[]
}

/**
 * Cuts cells into units. Markdown, broken cells and cells that are off have none. `included` gives the code of the
 * notebooks that a `%run` runs.
 */
export function cutIntoUnits(cells: readonly PlanCell[], included: (source: string) => string): Unit[] {
  return cells.flatMap((cell, index) => {
    const { analysis, kind, source } = cell
    if (isText(kind) || analysis.broken || analysis.pragma.run === 'off') return []
    // A note to Dagbook speaks of the whole cell, so its effects cannot be dealt out to statements.
    const whole = kind !== 'python' || analysis.statements.length === 0 || analysis.pragma.effects.length > 0
    if (whole) return [wholeCell(cell, index, included)]
    return analysis.statements.map((statement): Unit => ({
      cell: index,
      kind,
      span: statement.span,
      text: source.slice(statement.span.start, statement.span.end),
      analysis: part(analysis, whenItHappens(statement), statement.carried, statement.span),
      setup: statement.setup,
      display: statement.display,
    }))
  })
}

/** A lazy frame reads its tables where it is used, and not where it is made. */
function whenItHappens({ effects, carried }: Statement): readonly Effect[] {
  const later = new Set(
    carried.filter(({ lazy }) => lazy === true).flatMap((each) => each.effects.map(({ resource }) => resource)),
  )
  return effects.filter(
    ({ mode, resource }) => !(mode === 'read' && resource.startsWith('table:') && later.has(resource)),
  )
}

function wholeCell({ analysis, kind, source }: PlanCell, index: number, included: (source: string) => string): Unit {
  const { statements } = analysis
  const span = { start: 0, end: source.length }
  const code = kind === 'run' ? included(source) : kind === 'python' ? source : ''
  return {
    cell: index,
    kind,
    span,
    text: source,
    analysis: part(analysis, analysis.effects, analysis.carried, span),
    setup: kind === 'pip' || (statements.length > 0 && statements.every((statement) => statement.setup)),
    display: statements.length > 0 && statements.every((statement) => statement.display),
    ...(code === '' ? {} : { code: definedIn(code) }),
  }
}

/** The functions and classes that code defines at its top level. */
function definedIn(code: string): Set<string> {
  return new Set([...code.matchAll(/^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)/gm)].map(([, name]) => name!))
}

/** The analysis of a part of a cell. That a cell may leave, and what it must follow, concerns the whole of it. */
function part(
  analysis: CellAnalysis,
  effects: CellAnalysis['effects'],
  carried: CellAnalysis['carried'],
  span: Span,
): CellAnalysis {
  const inside = ({ where }: { where: Span }) => where.start >= span.start && where.end <= span.end
  return {
    ...analysis,
    effects,
    carried,
    statements: [],
    parameters: analysis.parameters.filter(inside),
    pragma: { after: [], effects: [] },
    findings: [],
    leaves: false,
  }
}

/** Binds every read of every unit to the unit that it reads from; `extra` effects are added to the units' own. */
export function bindUnits(
  units: readonly Unit[],
  extra: ReadonlyMap<number, readonly Effect[]> = new Map<number, readonly Effect[]>(),
): UnitGraph {
  const graph = buildGraph(
    units.map((unit, at) => ({
      id: String(at),
      key: String(at),
      source: unit.text,
      analysis: { ...unit.analysis, effects: [...unit.analysis.effects, ...(extra.get(at) ?? [])] },
    })),
  )
  return {
    units: units.map((unit, at): BoundUnit => {
      const { reads, writes, effects } = graph.cells[at]!
      return {
        ...unit,
        at,
        reads: reads.map(({ resource, from }) => ({ resource, from: from === null ? null : Number(from) })),
        writes,
        effects,
      }
    }),
    edges: graph.edges.map(({ from, to, reasons }) => ({ from: Number(from), to: Number(to), reasons })),
  }
}

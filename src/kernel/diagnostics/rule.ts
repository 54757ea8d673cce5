import type { CellAnalysis, Fix, Resource, Span } from '../analysis/index.ts'
import type { CellId, Diagnostic, Graph } from '../graph/index.ts'
import type { CellKind } from '../notebook/index.ts'
import type { DiagnosticCode } from './catalogue.ts'

/** A cell as rules see it. */
export interface DiagnosedCell {
  readonly id: CellId
  readonly key: string
  readonly kind: CellKind
  readonly title: string | null
  readonly source: string
  readonly analysis: CellAnalysis
}

/** A notebook as rules and fixes see it. */
export interface DiagnosedNotebook {
  readonly cells: readonly DiagnosedCell[]
  readonly graph: Graph
}

/** What a rule found in a cell. */
export interface Found {
  readonly code: DiagnosticCode
  readonly where: Span
  /** What happened, where, and what to do: in words for somebody who does not program for a living. */
  readonly message: string
  readonly resource?: Resource
  readonly cells?: readonly CellId[]
  readonly fixes?: readonly Fix[]
}

/** A rule that needs one cell and nothing else: what it finds is kept as long as the cell's analysis is. */
export type CellRule = (cell: DiagnosedCell) => Iterable<Found>

/** A rule that needs the whole notebook. Must be cheap: it runs after every edit. */
export type NotebookRule = (notebook: DiagnosedNotebook) => Iterable<FoundIn>

export interface FoundIn extends Found {
  /** The place of the cell in the notebook. */
  readonly index: number
}

/** What fixes may know beyond the notebook. */
export interface FixContext {
  /** The project's folder, absolute, with "/". */
  readonly project?: string
  /** The version of a Python package that is installed here; null: none. */
  readonly installed?: (name: string) => string | null
  /** A new cell id. */
  readonly newId: () => CellId
}

/** Works out the changes that would mend a remark, best first. Runs only when somebody asks. */
export type Fixer = (
  notebook: DiagnosedNotebook,
  at: { readonly index: number; readonly cell: DiagnosedCell; readonly diagnostic: Diagnostic },
  context: FixContext,
) => readonly Fix[]

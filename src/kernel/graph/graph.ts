import type { Effect, Fix, Parameter, Resource, Span } from '../analysis/index.ts'

/** A cell's identity while its notebook is open: an id of the session, or its key where there is no session. */
export type CellId = string

export type ReasonKind =
  'value' | 'table' | 'view' | 'path' | 'session' | 'param' | 'module' | 'notebook' | 'control' | 'after'

export type Order = 'read-after-write' | 'write-after-read' | 'write-after-write'

/** Why an edge exists: what both cells touch, and where each of them says so. */
export interface Reason {
  readonly kind: ReasonKind
  readonly resource: Resource
  readonly order: Order
  readonly from: Span
  readonly to: Span
}

/** `to` must come after `from`. Not reduced: an edge that others imply is still there. */
export interface Edge {
  readonly from: CellId
  readonly to: CellId
  readonly reasons: readonly Reason[]
}

/** A read of a cell, bound to the nearest cell above that writes the resource; null: from outside the notebook. */
export interface Binding {
  readonly resource: Resource
  readonly from: CellId | null
  readonly where: Span
}

/** What the graph knows of one cell: its effects and those its values carry, bound at its place. */
export interface GraphCell {
  readonly id: CellId
  /** Reads and updates, each bound; with what functions, lazy frames and views bring along. */
  readonly reads: readonly Binding[]
  /** Resources of which this cell makes a new version. */
  readonly writes: readonly Resource[]
  /** All effects, the cell's own and the carried ones; a carried effect's `where` is the use that brings it. */
  readonly effects: readonly Effect[]
  /** May leave the notebook: every later cell depends on it. */
  readonly leaves: boolean
}

/** A remark on the notebook. Lines count from 1 within the cell's own source. */
export interface Diagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly cell: CellId
  readonly line: number
  readonly where: Span
  readonly message: string
  /** What it is about, and the other cells that it speaks of: for whoever offers to mend it. */
  readonly resource?: Resource
  readonly cells?: readonly CellId[]
  /** Changes that came with the remark. Others are worked out when they are asked for. */
  readonly fixes?: readonly Fix[]
}

/** Cells in document order, edges by (to, from) in document order. The same notebook gives the same value. */
export interface Graph {
  readonly cells: readonly GraphCell[]
  readonly edges: readonly Edge[]
  readonly parameters: readonly Parameter[]
  readonly diagnostics: readonly Diagnostic[]
}

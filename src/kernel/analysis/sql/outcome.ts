import type { Mode, Resource, Span } from '../effect.ts'
import { type Scan, spanOf } from './scan.ts'

/** What a statement is: rows that are computed when they are used, a change of data, of the session, or anything else. */
export type StatementKind = 'query' | 'write' | 'session' | 'other'

/** What a statement does beside what its scan notes. */
export interface Outcome {
  readonly kind: StatementKind
  /** It returns rows that one wants to see. */
  readonly rows: boolean
  /** The temp view that it defines: what the statement reads is read again where the view is used. */
  readonly view?: { readonly resource: Resource; readonly mode: Mode; readonly where: Span }
  /** Where the name of the permanent view stands that it defines. */
  readonly permanentView?: Span
  /** The catalog and schema from here on; null: not known from the text, undefined: as before. */
  readonly catalog?: string | null
  readonly schema?: string | null
}

export const write: Outcome = { kind: 'write', rows: false }
export const other: Outcome = { kind: 'other', rows: false }
export const listing: Outcome = { kind: 'other', rows: true }
export const query: Outcome = { kind: 'query', rows: true }
export const session: Outcome = { kind: 'session', rows: false }

/** Notes that a statement is not understood, all of it. */
export function doubt(scan: Scan, at: number, to: number): Outcome {
  scan.doubts.push(spanOf(scan, at, Math.max(at, to - 1)))
  return other
}

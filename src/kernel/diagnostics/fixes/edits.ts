import type { Fix, FixEdit, Span } from '../../analysis/index.ts'
import type { DiagnosedCell } from '../rule.ts'

/** A piece of text to be replaced. */
export interface Replacement {
  readonly where: Span
  readonly text: string
}

/** The text with pieces replaced; they must not overlap. */
export function replaced(source: string, pieces: readonly Replacement[]): string {
  let text = source
  for (const { where, text: piece } of [...pieces].sort((a, b) => b.where.start - a.where.start))
    text = text.slice(0, where.start) + piece + text.slice(where.end)
  return text
}

/** The edit that replaces pieces of a cell's text. */
export function change({ id, source }: DiagnosedCell, ...pieces: readonly Replacement[]): FixEdit {
  return { op: 'change', cell: id, source: replaced(source, pieces) }
}

/** A fix of one edit. */
export function one(title: string, edit: FixEdit): readonly Fix[] {
  return [{ title, edits: [edit] }]
}

/** The start of the line that an offset is in. */
export function lineStart(source: string, at: number): number {
  return source.lastIndexOf('\n', at - 1) + 1
}

/** Where code begins in a cell: behind the comments, magics and `from __future__` lines at its top. */
export function codeStart(source: string): number {
  const head = /^(?:[ \t]*(?:#.*|[%!].*|from __future__ import .*)?(?:\n|$))*/.exec(source)?.[0] ?? ''
  // A comment right above the code belongs to the code, unless it is a note or all there is above it.
  return head.length
}

import type { CellKind } from '../notebook/index.ts'

/** One edit of a notebook, as the page makes them. Cells go by the ids of the graph; a new cell brings its own. */
export type FixEdit =
  | {
      readonly op: 'change'
      readonly cell: string
      readonly source?: string
      readonly kind?: CellKind
      readonly title?: string | null
    }
  | {
      readonly op: 'insert'
      readonly cell: string
      readonly after: string | null
      readonly kind: CellKind
      readonly title: string | null
      readonly source: string
    }
  | { readonly op: 'delete'; readonly cell: string }
  | { readonly op: 'move'; readonly cell: string; readonly after: string | null }

/** A change that mends a remark: a button's words in the imperative, and the edits, which apply in order, all or none. */
export interface Fix {
  readonly title: string
  readonly edits: readonly FixEdit[]
}

/** In a finding of one cell, where ids are not known: that cell. */
export const ownCell = ''

import type { EdgeView } from '../../kernel/contract/index.ts'
import type { Cell, Notebook } from '../state/notebook.ts'
import { cellName } from '../state/words.ts'

/** Whether nothing that the graph draws differs. */
export function looksSame(a: Notebook, b: Notebook): boolean {
  if (a === b) return true
  return (
    a.doc === b.doc &&
    a.order.length === b.order.length &&
    a.order.every((id, at) => id === b.order[at] && sameCell(a.cells[id]!, b.cells[id]!)) &&
    sameEdges(a.edges, b.edges)
  )
}

function sameCell(a: Cell, b: Cell): boolean {
  if (a === b) return true
  return (
    a.kind === b.kind &&
    a.key === b.key &&
    a.title === b.title &&
    // Only where there is no title the text gives the name.
    (a.source === b.source || cellName(a) === cellName(b)) &&
    a.writes.length === b.writes.length &&
    a.writes.every(({ resource, label }, at) => resource === b.writes[at]!.resource && label === b.writes[at]!.label)
  )
}

function sameEdges(a: readonly EdgeView[], b: readonly EdgeView[]): boolean {
  if (a === b) return true
  return (
    a.length === b.length &&
    a.every(({ from, to, reasons }, at) => {
      const other = b[at]!
      return (
        from === other.from &&
        to === other.to &&
        reasons.length === other.reasons.length &&
        reasons.every(
          ({ kind, resource, order }, index) =>
            kind === other.reasons[index]!.kind &&
            resource === other.reasons[index]!.resource &&
            order === other.reasons[index]!.order,
        )
      )
    })
  )
}

import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { DiagnosticView } from '../../kernel/contract/index.ts'
import { revealCell, usePage, useSession, type CellId } from '../state/index.ts'

/** What is wrong with the text of a cell, said under it: errors and warnings, and why an edit was not taken. */
export function Remarks({ id, diagnostics }: { id: CellId; diagnostics: readonly DiagnosticView[] }) {
  const { store } = useSession()
  const held = usePage((page) => page.held[id])
  const shown = diagnostics.filter(({ severity }) => severity !== 'info')
  if (held === undefined && shown.length === 0) return null
  return (
    <ul className="remarks">
      {held === undefined ? null : (
        <li data-severity="error">
          <CircleAlert aria-label="error" />
          <span>
            This text is only in the page: {held.what} {held.todo}
          </span>
        </li>
      )}
      {shown.map((remark, index) => (
        <li key={index} data-severity={remark.severity}>
          {remark.severity === 'error' ? <CircleAlert aria-label="error" /> : <TriangleAlert aria-label="warning" />}
          <span>
            <button className="line-link" onClick={() => revealCell(store, id, remark.line)}>
              Line {remark.line}
            </button>{' '}
            {remark.message} {remark.fixable ? <FixButton remark={remark} /> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

function FixButton({ remark }: { remark: DiagnosticView }) {
  const session = useSession()
  return (
    <button className="line-link" onClick={() => void session.lookForFixes(remark)}>
      Fix…
    </button>
  )
}

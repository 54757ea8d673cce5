import { ArrowRight, X } from 'lucide-react'
import type { EdgeView, ReasonView } from '../../kernel/contract/index.ts'
import { highlightToHtml } from '../editor/index.ts'
import { cellName, revealCell, usePage, useSession, type Cell } from '../state/index.ts'
import { shortName } from './model.ts'

/** Why an edge is there: for each reason a sentence, and the two pieces of code that say so. */
export function EdgeReasons({ edge, pinned, onClose }: { edge: EdgeView; pinned: boolean; onClose: () => void }) {
  const cells = usePage((page) => page.notebook!.cells)
  const [from, to] = [cells[edge.from], cells[edge.to]]
  if (from === undefined || to === undefined) return null
  return (
    <section className="edge-reasons" aria-label="Why this edge exists">
      <header>
        <span>
          <b>{cellName(from)}</b> <ArrowRight aria-label="to" /> <b>{cellName(to)}</b>
        </span>
        {pinned ? (
          <button className="icon-button" aria-label="Close" onClick={onClose}>
            <X />
          </button>
        ) : null}
      </header>
      {edge.reasons.map((reason, index) => (
        <div key={index} className="reason">
          <p>{sentence(reason)}</p>
          <Fragment cell={from} span={reason.from} />
          <Fragment cell={to} span={reason.to} />
        </div>
      ))}
    </section>
  )
}

function sentence({ resource, order, kind }: ReasonView) {
  const name = <code>{shortName(resource)}</code>
  if (kind === 'control') return <>The first may end the notebook.</>
  if (kind === 'after') return <>A note to Dagbook says so.</>
  if (order === 'write-after-read') return <>The second changes {name}, which the first must read before.</>
  if (order === 'write-after-write') return <>Both write {name}, in this order.</>
  return (
    <>
      The second reads {name}, which the first {kind === 'value' ? 'makes' : 'writes'}.
    </>
  )
}

/** The line of a cell that holds the span, with the span marked. */
function Fragment({ cell, span }: { cell: Cell; span: ReasonView['from'] }) {
  const { store } = useSession()
  const { source } = cell
  const start = Math.min(span.start, source.length)
  const end = Math.min(Math.max(span.end, start), source.length)
  const lineStart = source.lastIndexOf('\n', start - 1) + 1
  const lineEnd = source.indexOf('\n', end)
  const line = source.slice(0, start).split('\n').length
  const part = (from: number, to: number) => ({ __html: highlightToHtml(source.slice(from, to), cell.kind) })
  return (
    <button className="fragment" onClick={() => revealCell(store, cell.id, line)}>
      <small>
        {cellName(cell)}, line {line}
      </small>
      <code>
        <span dangerouslySetInnerHTML={part(lineStart, start)} />
        <mark dangerouslySetInnerHTML={part(start, end)} />
        <span dangerouslySetInnerHTML={part(end, lineEnd < 0 ? source.length : lineEnd)} />
      </code>
    </button>
  )
}

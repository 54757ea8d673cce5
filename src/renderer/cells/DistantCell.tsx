import type { OutputItem } from '../../kernel/contract/index.ts'
import type { Cell } from '../state/index.ts'

/** Longer text than this is not searched before one comes near. */
const longest = 5000

/**
 * A cell far from the view: its text and what it printed, plainly, so that the browser's search finds it and leads there. It is
 * drawn in full before it comes into view.
 */
export function DistantCell({ cell, outputs = [] }: { cell: Cell; outputs: readonly OutputItem[] | undefined }) {
  return (
    <>
      <div className="cell-head">
        <span className="cell-title">{cell.title}</span>
      </div>
      <div className="code-frame">
        <pre className="code still">{cell.source}</pre>
      </div>
      {outputs.length === 0 ? null : (
        <pre className="outputs">{outputs.map(plainText).join('\n').slice(0, longest)}</pre>
      )}
    </>
  )
}

function plainText(item: OutputItem): string {
  if (item.type === 'stream') return item.text
  const plain = item.data['text/plain']
  return typeof plain === 'string' ? plain : ''
}

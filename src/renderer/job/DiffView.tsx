import { useMemo, useState } from 'react'
import type { ExportFile } from '../../kernel/contract/index.ts'
import { highlightToHtml } from '../editor/index.ts'
import { diffLines, foldSame, type DiffLine } from '../text/index.ts'

/** What would change in a file: removed and added lines in their surroundings. */
export function DiffView({ file }: { file: ExportFile }) {
  const parts = useMemo(() => foldSame(diffLines(file.before ?? '', file.after ?? '')), [file])
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const python = file.path.endsWith('.py')
  return (
    <div className="diff" tabIndex={0} role="region" aria-label={`Changes of ${file.path}`}>
      {parts.map((part, index) =>
        'hidden' in part && !open.has(index) ? (
          <button key={index} className="diff-hidden" onClick={() => setOpen(new Set(open).add(index))}>
            {part.hidden === 1 ? '1 equal line' : `${part.hidden} equal lines`}
          </button>
        ) : (
          part.lines.map((line, row) => <Row key={`${index} ${row}`} line={line} python={python} />)
        ),
      )}
    </div>
  )
}

const signs = { same: ' ', removed: '−', added: '+' }
const words = { same: undefined, removed: 'removed', added: 'added' }

function Row({ line, python }: { line: DiffLine; python: boolean }) {
  const html = highlightToHtml(line.text, python ? 'python' : 'magic')
  return (
    <div className="diff-line" data-kind={line.kind}>
      <span className="diff-number">{line.before}</span>
      <span className="diff-number">{line.after}</span>
      <span className="diff-sign" aria-label={words[line.kind]}>
        {signs[line.kind]}
      </span>
      <code dangerouslySetInnerHTML={{ __html: html }} />
    </div>
  )
}

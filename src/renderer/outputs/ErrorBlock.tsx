import { CircleX } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import type { RunErrorView } from '../../kernel/contract/index.ts'
import { headline } from './headline.ts'
import { cellName, revealCell, usePage, useSession, type CellId } from '../state/index.ts'

/** Why a cell failed: what happened and where first, the way the error took for whoever unfolds it. */
export function ErrorBlock({ cell, error }: { cell: CellId; error: RunErrorView }) {
  const { store } = useSession()
  const source = usePage((page) => page.notebook?.cells[cell]?.source ?? '')
  const name = usePage((page) => cellName(page.notebook!.cells[cell]!))
  const { line, traceback } = error
  const { text: said, more, code } = headline(error)
  const text = line === null ? undefined : source.split('\n')[line - 1]
  return (
    <div className="error-block" role="group" aria-label="Error">
      <CircleX aria-hidden />
      <div>
        <p className="error-head">
          <b>
            {name} could not run: {said}
          </b>
        </p>
        {more === '' ? null : <pre className="error-more">{more}</pre>}
        {line === null ? null : (
          <button className="error-line" onClick={() => revealCell(store, cell, line)}>
            <span>Line {line}</span>
            {text === undefined ? null : <code>{text.trim()}</code>}
          </button>
        )}
        {traceback.length === 0 ? (
          <p className="error-code">{code}</p>
        ) : (
          <Collapsible.Root>
            <Collapsible.Trigger className="line-link error-code">{code} · Details</Collapsible.Trigger>
            <Collapsible.Content>
              <Traceback error={error} />
            </Collapsible.Content>
          </Collapsible.Root>
        )}
      </div>
    </div>
  )
}

function Traceback({ error }: { error: RunErrorView }) {
  const { store } = useSession()
  return (
    <ol className="traceback">
      {error.traceback.map((frame, index) => {
        const { cell } = frame
        const place = `${frame.file}, line ${frame.line}, in ${frame.function}`
        return (
          <li key={index}>
            {cell === null ? (
              <span>{place}</span>
            ) : (
              <button className="line-link" onClick={() => revealCell(store, cell, frame.line)}>
                {place}
              </button>
            )}
            <code>{frame.text.trim()}</code>
          </li>
        )
      })}
      <li>
        <code>
          {error.name}: {error.message}
        </code>
      </li>
    </ol>
  )
}

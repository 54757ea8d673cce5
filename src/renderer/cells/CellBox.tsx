import { memo, useEffect, useRef, useState, type CSSProperties } from 'react'
import { CodeArea } from '../editor/index.ts'
import { CellOutputs } from '../outputs/index.ts'
import {
  cellName,
  kindWords,
  leaveCell,
  selectCell,
  shownState,
  stateWords,
  usePage,
  useSession,
  type CellId,
} from '../state/index.ts'
import { AddBar } from './AddBar.tsx'
import { CellActions } from './CellActions.tsx'
import { CellFacts } from './CellFacts.tsx'
import { CellTitle } from './CellTitle.tsx'
import { KindMenu } from './KindMenu.tsx'
import { MarkdownText } from './MarkdownText.tsx'
import { Remarks } from './Remarks.tsx'
import { StateMark } from './StateMark.tsx'
import { useDiagnostics } from './use-diagnostics.ts'

/** One cell with everything that belongs to it, and the place to add another below. */
export const CellBox = memo(function CellBox({ id }: { id: CellId }) {
  const { store } = useSession()
  const cell = usePage((page) => page.notebook?.cells[id])
  const state = usePage((page) => shownState(page, id))
  const selected = usePage((page) => page.selected === id)
  const editing = usePage((page) => page.selected === id && page.mode === 'edit')
  const tall = usePage((page) => (page.outputs[id]?.length ?? 0) > 0)
  const diagnostics = useDiagnostics(id)
  const [pointed, setPointed] = useState(false)
  const box = useRef<HTMLElement>(null)

  useEffect(() => {
    if (!selected || editing) return
    const here = document.activeElement
    const free = here === null || here === document.body || here.closest('.notebook') !== null
    const within = box.current!.contains(here) && here?.closest('.cm-editor') === null
    if (free && !within) box.current!.focus({ preventScroll: true })
  }, [selected, editing])

  if (cell === undefined) return null
  const prose = cell.kind === 'markdown'
  const name = cellName(cell)
  const lines = cell.source.split('\n').length
  // Over prose the actions would hide what one reads.
  const active = pointed || (prose ? editing : selected)
  const size = { '--guess': `${lines * 20 + (tall ? 260 : 0) + 90}px` } as CSSProperties
  return (
    <>
      <section
        ref={box}
        id={`cell-${id}`}
        data-cell={id}
        className="cell"
        role="group"
        aria-label={prose ? `${name}, Markdown` : `${name}, ${kindWords[cell.kind]}, ${stateWords[state]}`}
        tabIndex={selected ? 0 : -1}
        data-selected={selected ? (editing ? 'edit' : 'command') : undefined}
        data-state={prose ? undefined : state}
        data-kind={cell.kind}
        style={size}
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={() => setPointed(false)}
        onPointerDown={() => selectCell(store, id)}
        onFocus={(event) => {
          selectCell(store, id)
          if (event.target === event.currentTarget) leaveCell(store)
        }}
      >
        <div className="cell-head">
          {prose ? null : <StateMark state={state} />}
          {/* Text has headings of its own; a title over it would say the same twice. */}
          {prose && !editing ? null : <CellTitle cell={cell} active={active} />}
          <span className="spring" />
          {active ? <CellActions cell={cell} /> : null}
          {prose && !active ? null : <KindMenu cell={cell} reachable={selected} />}
        </div>
        {prose && !editing ? (
          <MarkdownText cell={cell} />
        ) : (
          <div className="code-frame">
            <CodeArea cell={cell} label={`Text of ${name}`} diagnostics={diagnostics} focused={editing} />
          </div>
        )}
        <Remarks id={id} diagnostics={diagnostics} />
        {prose ? null : <CellOutputs id={id} />}
        {prose ? null : <CellFacts cell={cell} reachable={selected} />}
      </section>
      <AddBar after={id} />
    </>
  )
})

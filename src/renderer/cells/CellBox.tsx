import { memo, useEffect, useRef, useState, type CSSProperties } from 'react'
import type { OutputItem } from '../../kernel/contract/index.ts'
import { useShallow } from 'zustand/react/shallow'
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
  type Cell,
  type CellId,
  type Mode,
} from '../state/index.ts'
import { AddBar } from './AddBar.tsx'
import { CellActions } from './CellActions.tsx'
import { CellFacts } from './CellFacts.tsx'
import { CellTitle } from './CellTitle.tsx'
import { DistantCell } from './DistantCell.tsx'
import { useIsDrawn } from './drawn-cells.ts'
import { KindMenu } from './KindMenu.tsx'
import { MarkdownText } from './MarkdownText.tsx'
import { Remarks } from './Remarks.tsx'
import { StateMark } from './StateMark.tsx'

/** One cell with everything that belongs to it, and the place to add another below; far from the view, only its text. */
export const CellBox = memo(function CellBox({ id }: { id: CellId }) {
  const { store } = useSession()
  const cell = usePage((page) => page.notebook?.cells[id])
  const state = usePage((page) => shownState(page, id))
  const standing = usePage((page) => (page.selected === id ? page.mode : null))
  const outputs = usePage((page) => page.outputs[id])
  const near = useIsDrawn(id)
  const [pointed, setPointed] = useState(false)
  const box = useRef<HTMLElement>(null)
  const commanded = standing === 'command'

  useEffect(() => {
    if (!commanded) return
    const here = document.activeElement
    const free = here === null || here === document.body || here.closest('.notebook') !== null
    const within = box.current!.contains(here) && here?.closest('.cm-editor') === null
    if (free && !within) box.current!.focus({ preventScroll: true })
  }, [commanded])

  if (cell === undefined) return null
  const prose = cell.kind === 'markdown'
  const runs = !prose && cell.kind !== 'raw'
  const name = cellName(cell)
  // What holds the keyboard stays, wherever the page is scrolled to.
  const drawn = near || standing !== null
  return (
    <>
      <section
        ref={box}
        id={`cell-${id}`}
        data-cell={id}
        className="cell"
        role="group"
        aria-label={
          runs ? `${name}, ${kindWords[cell.kind]}, ${stateWords[state]}` : `${name}, ${kindWords[cell.kind]}`
        }
        tabIndex={standing === null ? -1 : 0}
        data-selected={standing ?? undefined}
        data-state={runs ? state : undefined}
        data-kind={cell.kind}
        style={{ '--guess': `${guessedHeight(cell, outputs)}px` } as CSSProperties}
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={() => setPointed(false)}
        onPointerDown={() => selectCell(store, id)}
        onFocus={(event) => {
          selectCell(store, id)
          if (event.target === event.currentTarget) leaveCell(store)
        }}
      >
        {drawn ? <CellContent cell={cell} name={name} standing={standing} pointed={pointed} /> : null}
        {drawn ? null : <DistantCell cell={cell} outputs={outputs} />}
      </section>
      {drawn ? <AddBar after={id} /> : <div className="add-bar" />}
    </>
  )
})

interface CellContentProps {
  readonly cell: Cell
  readonly name: string
  /** How the cell is selected; null if it is not. */
  readonly standing: Mode | null
  readonly pointed: boolean
}

const CellContent = memo(function CellContent({ cell, name, standing, pointed }: CellContentProps) {
  const { id } = cell
  const state = usePage((page) => shownState(page, id))
  // The same array as long as the remarks on this cell are.
  const diagnostics = usePage(useShallow((page) => page.notebook!.diagnostics.filter((one) => one.cell === id)))
  const prose = cell.kind === 'markdown'
  const runs = !prose && cell.kind !== 'raw'
  const [selected, editing] = [standing !== null, standing === 'edit']
  // Over prose the actions would hide what one reads.
  const active = pointed || (prose ? editing : selected)
  return (
    <>
      <div className="cell-head">
        {runs ? <StateMark state={state} /> : null}
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
      {runs ? <CellOutputs id={id} /> : null}
      {!runs ? null : <CellFacts cell={cell} reachable={selected} />}
    </>
  )
})

/** About how high a cell will be, in pixels, before it was ever in view. */
function guessedHeight({ source }: Cell, outputs: readonly OutputItem[] = []): number {
  return source.split('\n').length * 20 + (outputs.length > 0 ? 260 : 0) + 90
}

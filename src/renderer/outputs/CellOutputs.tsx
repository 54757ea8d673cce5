import { ChevronDown, ChevronRight } from 'lucide-react'
import type { OutputItem } from '../../kernel/contract/index.ts'
import { cellName, revealCell, shownState, toggleFolded, usePage, useSession, type CellId } from '../state/index.ts'
import { DisplayOutput } from './DisplayOutput.tsx'
import { ErrorBlock } from './ErrorBlock.tsx'
import { StreamText } from './StreamText.tsx'
import './outputs.css'

const none: readonly OutputItem[] = []

/** What a cell showed. While it is stale or runs again it is dimmed; only the kernel takes it away. */
export function CellOutputs({ id }: { id: CellId }) {
  const { store } = useSession()
  const items = usePage((page) => page.outputs[id] ?? none)
  const state = usePage((page) => shownState(page, id))
  const error = usePage((page) => page.runs[id]?.error ?? null)
  const folded = usePage((page) => page.folded.has(id))
  const failed = state === 'failed' && error !== null
  if (items.length === 0 && !failed && !explained.has(state)) return null
  if (folded) {
    return (
      <button className="unfold" onClick={() => toggleFolded(store, id)}>
        <ChevronRight /> Output
      </button>
    )
  }
  return (
    <div className="outputs" data-dimmed={dimmed.has(state) ? '' : undefined} aria-busy={state === 'running'}>
      {items.length > 0 ? (
        <button className="fold" tabIndex={-1} aria-label="Fold the output" onClick={() => toggleFolded(store, id)}>
          <ChevronDown />
        </button>
      ) : null}
      {explained.has(state) ? <Because id={id} /> : null}
      {failed ? <ErrorBlock cell={id} error={error} /> : null}
      {items.map((item, index) => (
        <Output key={index} item={item} />
      ))}
    </div>
  )
}

const dimmed = new Set(['stale', 'queued', 'running', 'blocked', 'waiting', 'cancelled', 'skipped', 'disabled'])
const explained = new Set(['blocked', 'waiting', 'skipped'])

function Output({ item }: { item: OutputItem }) {
  return item.type === 'stream' ? (
    <StreamText text={item.text} stream={item.stream} />
  ) : (
    <DisplayOutput data={item.data} />
  )
}

const reasons: Readonly<Record<string, string>> = {
  blocked: 'It cannot run: a cell that it reads from failed.',
  waiting: 'It waits for a cell that runs only when asked.',
  skipped: 'It was skipped: the notebook ended above it.',
}

/** Why a cell did not run, with the cells to look at. */
function Because({ id }: { id: CellId }) {
  const session = useSession()
  const state = usePage((page) => page.runs[id]!.state)
  const because = usePage((page) => page.runs[id]!.because)
  const cells = usePage((page) => page.notebook!.cells)
  return (
    <p className="because">
      {reasons[state]}{' '}
      {because
        .filter((cell) => cell in cells)
        .map((cell) => (
          <button key={cell} className="line-link" onClick={() => revealCell(session.store, cell)}>
            {cellName(cells[cell]!)}
          </button>
        ))}
      {state === 'waiting' && because.length > 0 ? (
        <button className="button small" onClick={() => void session.run(because)}>
          Run {because.length === 1 ? 'it' : 'them'}
        </button>
      ) : null}
    </p>
  )
}

import type { Chip } from '../../kernel/contract/index.ts'
import { duration, revealCell, usePage, useSession, type Cell } from '../state/index.ts'

const modeWords = { auto: '', manual: 'runs when asked', off: 'never runs', 'not-in-job': 'not in the job' }
const mostChips = 8

/** The line nobody else has: what the cell reads and writes, and how long it took. */
export function CellFacts({ cell, reachable }: { cell: Cell; reachable: boolean }) {
  const run = usePage((page) => page.runs[cell.id])
  const parts = [
    cell.reads.length > 0 ? <Chips key="reads" word="reads" chips={cell.reads} reachable={reachable} /> : null,
    cell.writes.length > 0 ? <Chips key="writes" word="writes" chips={cell.writes} reachable={reachable} /> : null,
    cell.mode === 'auto' ? null : (
      <span key="mode" title={cell.modeReason ?? undefined}>
        {modeWords[cell.mode]}
      </span>
    ),
    run?.ms == null || run.state === 'running' ? null : (
      <span key="ms" className="figures" title={run.finished === null ? undefined : `Ended ${endTime(run.finished)}`}>
        {duration(run.ms)}
      </span>
    ),
  ].filter((part) => part !== null)
  return (
    <div className="cell-facts">
      {parts.map((part, index) => (
        <span key={part.key} className="fact">
          {index > 0 ? <span aria-hidden>·</span> : null}
          {part}
        </span>
      ))}
    </div>
  )
}

function Chips({ word, chips, reachable }: { word: string; chips: readonly Chip[]; reachable: boolean }) {
  const { store } = useSession()
  const cells = usePage((page) => page.notebook!.cells)
  const hidden = chips.length - mostChips
  return (
    <span className="chips">
      <i>{word}</i>
      {chips.slice(0, mostChips).map(({ resource, label, cell }) => {
        const kind = resource.slice(0, resource.indexOf(':'))
        if (cell === null || !(cell in cells)) {
          return (
            <code key={resource} className="chip" data-resource={kind} title={resource}>
              {label}
            </code>
          )
        }
        return (
          <button
            key={resource}
            className="chip"
            data-resource={kind}
            tabIndex={reachable ? 0 : -1}
            title={`From ${cells[cell]!.title ?? 'another cell'}`}
            onClick={() => revealCell(store, cell)}
          >
            <code>{label}</code>
          </button>
        )
      })}
      {hidden > 0 ? (
        <span
          title={chips
            .slice(mostChips)
            .map(({ label }) => label)
            .join(', ')}
        >
          and {hidden} more
        </span>
      ) : null}
    </span>
  )
}

function endTime(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

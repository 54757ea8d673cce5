import { useShallow } from 'zustand/react/shallow'
import type { Chip } from '../../kernel/contract/index.ts'
import { Tip } from '../page/Tip.tsx'
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
      {parts.map((part) => (
        <span key={part.key} className="fact">
          <span aria-hidden>·</span>
          {part}
        </span>
      ))}
    </div>
  )
}

function Chips({ word, chips, reachable }: { word: 'reads' | 'writes'; chips: readonly Chip[]; reachable: boolean }) {
  const { store } = useSession()
  // Only these, by value: a cell is drawn for what it shows, not for every change of the notebook.
  const titles = usePage(
    useShallow(({ notebook }) =>
      Object.fromEntries(
        chips.flatMap(({ cell }) => {
          const there = cell === null ? undefined : notebook!.cells[cell]
          return there === undefined ? [] : [[there.id, there.title ?? 'another cell']]
        }),
      ),
    ),
  )
  const hidden = chips.length - mostChips
  return (
    <span className="chips">
      <i>{word}</i>
      {chips.slice(0, mostChips).map(({ resource, label, cell }) => {
        const kind = resource.slice(0, resource.indexOf(':'))
        const any = anyWords(resource, word)
        if (any !== null) {
          return (
            <Tip key={resource} label={any}>
              <code className="chip" data-resource={kind} data-any tabIndex={reachable ? 0 : -1}>
                {label}
              </code>
            </Tip>
          )
        }
        if (cell === null || !(cell in titles)) {
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
            title={`From ${titles[cell]}`}
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

const anyKinds: Readonly<Record<string, string>> = { name: 'names', table: 'tables', path: 'files' }

/** Explains a chip that stands for everything of a kind; null for any other chip. */
function anyWords(resource: string, word: 'reads' | 'writes'): string | null {
  const [kind = '', name] = resource.split(':')
  const things = anyKinds[kind]
  if (name !== '*' || things === undefined) return null
  const note = kind === 'name' ? '' : ` A note says which: # dagbook: ${word}=…`
  return (
    `The text does not tell which ${things} it ${word}, so it could be any: ` +
    `it keeps its place among all cells that use ${things}.${note}`
  )
}

// Made once: making one takes milliseconds.
const timeOfDay = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })

function endTime(iso: string): string {
  return timeOfDay.format(new Date(iso))
}

import { Ban, CircleCheck, CircleX, Clock, Hand, LoaderCircle, Redo2, Square } from 'lucide-react'
import type { CellState } from '../../kernel/contract/index.ts'
import { stateWords } from '../state/index.ts'

const icons = {
  fresh: CircleCheck,
  stale: HalfCircle,
  queued: Clock,
  running: LoaderCircle,
  failed: CircleX,
  blocked: CircleX,
  waiting: Hand,
  skipped: Redo2,
  cancelled: Square,
  disabled: Ban,
} as const satisfies Record<CellState, unknown>

/** The state of a cell: an icon of its own for each state, with its word for whoever points at it or cannot see it. */
export function StateMark({ state, word = true }: { state: CellState; word?: boolean }) {
  const Icon = icons[state]
  return (
    <span className="state-mark" data-state-mark={state}>
      <Icon aria-hidden />
      <span className={word ? 'state-word' : 'hidden-words'}>{stateWords[state]}</span>
    </span>
  )
}

/** A half circle in a dashed outline: lucide has none. */
function HalfCircle() {
  return (
    <svg className="lucide" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden>
      <circle cx="12" cy="12" r="9.5" strokeDasharray="3.2 2.77" />
      <path d="M12 6.5a5.5 5.5 0 0 0 0 11z" fill="currentColor" stroke="none" />
    </svg>
  )
}

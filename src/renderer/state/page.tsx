import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { CellState } from '../../kernel/contract/index.ts'
import type { CellId } from './notebook.ts'
import type { Session } from './session.ts'
import type { PageState } from './store.ts'

/** The session that the page shows. */
export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  return useContext(SessionContext)!
}

/** A part of the page's state; the component is drawn again when that part is another value. */
export function usePage<T>(part: (state: PageState) => T): T {
  return useStore(useSession().store, part)
}

/** The state of a cell as it may be shown: never fresh while typed text has not reached the kernel. */
export function shownState(state: PageState, cell: CellId): CellState {
  const known = state.runs[cell]?.state ?? 'stale'
  return known === 'fresh' && state.suspect.has(cell) ? 'stale' : known
}

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AppView, DiagnosticView, FixView, Refusal } from '../../kernel/contract/index.ts'
import type { LinkStatus } from '../connection/index.ts'
import type { CellId, Notebook } from './notebook.ts'
import type { Runs } from './runs.ts'

export type Mode = 'command' | 'edit'
export type Dialog = 'palette' | 'keys' | 'create' | 'compare' | 'fix' | null

/** A short message at the foot of the page, with at most a few things that one can do about it. */
export interface Notice {
  readonly id: number
  /** Plain ones go by themselves. */
  readonly tone: 'plain' | 'lasting' | 'bad'
  readonly text: string
  readonly todo: string
  readonly code: string
  /** What it is about: news on the same matter replaces it, and it goes when that matter is settled. Empty: nothing else. */
  readonly about: string
  readonly actions: readonly { readonly label: string; readonly run: () => void }[]
}

/** A remark with the changes that would mend it, for one to be looked at and chosen. */
export interface Fixing {
  readonly remark: DiagnosticView
  readonly title: string
  readonly explanation: string
  readonly fixes: readonly FixView[]
}

/** Everything the page shows. Only `Session` and the functions of `view.ts` change it. */
export interface PageState extends Runs {
  readonly app: AppView | null
  readonly link: LinkStatus
  readonly notebook: Notebook | null
  /** The notebook that is about to take the place of this one: until it does, nothing is run or typed. */
  readonly opening: string | null
  /** The open notebook as it is here and as its file is, while the two are compared; `file` null: there is none. */
  readonly compared: { readonly mine: string; readonly file: string | null } | null
  /** The remark that somebody wants to mend, what it means, and the changes that would. */
  readonly fixing: Fixing | null
  /** Cells that the kernel does not know to be stale yet: what was typed is still on its way to it. */
  readonly suspect: ReadonlySet<CellId>
  /** Cells with text that the kernel will not take. */
  readonly held: Readonly<Record<CellId, Refusal>>
  readonly selected: CellId | null
  readonly mode: Mode
  readonly place: 'notebook' | 'job'
  readonly graphShown: boolean
  /** Cells whose outputs are folded away. */
  readonly folded: ReadonlySet<CellId>
  /** Where the page should scroll to; `nonce` tells one wish from the next. */
  readonly reveal: { readonly cell: CellId; readonly line: number | null; readonly nonce: number } | null
  readonly notices: readonly Notice[]
  /** What screen readers are told. */
  readonly said: string
  readonly dialog: Dialog
}

export type PageStore = StoreApi<PageState>

export const emptyState: PageState = {
  app: null,
  link: 'open',
  notebook: null,
  opening: null,
  compared: null,
  fixing: null,
  runs: {},
  outputs: {},
  suspect: new Set(),
  held: {},
  selected: null,
  mode: 'command',
  place: 'notebook',
  graphShown: true,
  folded: new Set(),
  reveal: null,
  notices: [],
  said: '',
  dialog: null,
}

export function createPageStore(): PageStore {
  return createStore<PageState>(() => emptyState)
}

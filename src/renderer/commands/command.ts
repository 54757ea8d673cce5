import type { Mode, PageState, PageStore, Session } from '../state/index.ts'

/** What a command works on. */
export interface CommandContext {
  readonly session: Session
  readonly store: PageStore
}

export type CommandGroup = 'Run' | 'Cells' | 'Move around' | 'Notebook' | 'Page'

/** One thing that a person can do. Palette, keys, menus and the list of keys are all made from these. */
export interface Command {
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  /** Key sequences, such as `Mod-s` or `d d`. */
  readonly keys: readonly string[]
  /** Where its keys work: while a cell is selected, while one types in it, or always. */
  readonly when: Mode | 'always'
  readonly enabled?: (state: PageState) => boolean
  readonly run: (context: CommandContext) => void
}

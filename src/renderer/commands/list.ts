import type { DiagnosticView } from '../../kernel/contract/index.ts'
import { cursorLine } from '../editor/index.ts'
import { editCell, leaveCell, revealCell, selectCell, toggleFolded } from '../state/index.ts'
import type { Cell, CellId, PageState } from '../state/index.ts'
import { chooseTheme, themeNow } from '../theme/theme.ts'
import type { Command, CommandContext } from './command.ts'

const open = (state: PageState) => state.notebook !== null && state.place === 'notebook'
const isJupyter = (state: PageState) => state.notebook?.path.endsWith('.ipynb') === true
const selected = (state: PageState) => open(state) && state.selected !== null
const busy = (state: PageState) =>
  Object.values(state.runs).some(({ state: run }) => run === 'running' || run === 'queued')

/** The remark of the selected cell to be mended first: the one at the cursor, else the worst that can be. */
function fixable({ notebook, selected: cell, mode }: PageState): DiagnosticView | undefined {
  const ranks = { error: 0, warning: 1, info: 2 }
  const line = mode === 'edit' && cell !== null ? cursorLine(cell) : null
  const away = (one: DiagnosticView) => (line === null ? 0 : one.line === line ? 0 : 1)
  return notebook?.diagnostics
    .filter((one) => one.cell === cell && one.fixable)
    .sort((a, b) => away(a) - away(b) || ranks[a.severity] - ranks[b.severity] || a.line - b.line)[0]
}

/** Every command, in the order in which the list of keys shows them. No two share a key where both work (a test checks it). */
export const commands: readonly Command[] = [
  onCell('run', 'Run cell', 'Run', ['Mod-Enter'], 'always', runHere),
  onCell('run-next', 'Run cell and go to the next', 'Run', ['Shift-Enter'], 'always', (context, cell) => {
    runHere(context, cell)
    const next = neighbour(context, 1)
    if (next !== null) go(context, next)
    else editCell(context.store, insert(context, cell.id))
  }),
  onCell('run-insert', 'Run cell and add one below', 'Run', ['Alt-Enter'], 'always', (context, cell) => {
    runHere(context, cell)
    editCell(context.store, insert(context, cell.id))
  }),
  {
    id: 'run-all',
    title: 'Run all',
    group: 'Run',
    keys: ['Mod-Shift-Enter'],
    when: 'always',
    enabled: open,
    run: ({ session }) => void session.runAll(),
  },
  {
    id: 'stop',
    title: 'Stop',
    group: 'Run',
    keys: ['i i'],
    when: 'command',
    enabled: busy,
    run: ({ session }) => void session.interrupt(),
  },
  {
    id: 'restart',
    title: 'Restart Python: every cell needs to run again',
    group: 'Run',
    keys: ['0 0'],
    when: 'command',
    enabled: open,
    run: ({ session }) => void session.restart(),
  },
  {
    id: 'running',
    title: 'Go to the running cell',
    group: 'Run',
    keys: ['Mod-Shift-l'],
    when: 'always',
    enabled: busy,
    run: ({ store }) => {
      const { notebook, runs } = store.getState()
      const running = notebook?.order.find((id) => runs[id]?.state === 'running')
      if (running !== undefined) revealCell(store, running)
    },
  },

  onCell('edit', 'Edit cell', 'Cells', ['Enter'], 'command', ({ store }, cell) => editCell(store, cell.id)),
  onCell('leave', 'Stop editing', 'Cells', ['Escape'], 'edit', ({ store }) => leaveCell(store)),
  {
    id: 'insert-above',
    title: 'Add a cell above',
    group: 'Cells',
    keys: ['a'],
    when: 'command',
    enabled: open,
    run: (context) => go(context, insert(context, neighbour(context, -1))),
  },
  {
    id: 'insert-below',
    title: 'Add a cell below',
    group: 'Cells',
    keys: ['b'],
    when: 'command',
    enabled: open,
    run: (context) => go(context, insert(context, context.store.getState().selected)),
  },
  onCell('delete', 'Delete cell', 'Cells', ['d d'], 'command', ({ session }, cell) => session.remove([cell.id])),
  {
    id: 'undo-delete',
    title: 'Undo delete or quick fix',
    group: 'Cells',
    keys: ['z'],
    when: 'command',
    enabled: open,
    run: ({ session }) => session.undoRemove(),
  },
  {
    id: 'fix',
    title: 'Quick fix: mend a problem of this cell',
    group: 'Cells',
    keys: ['Mod-.'],
    when: 'always',
    enabled: (state) => selected(state) && fixable(state) !== undefined,
    run: ({ session, store }) => {
      const remark = fixable(store.getState())
      if (remark !== undefined) void session.lookForFixes(remark)
    },
  },
  onCell('move-up', 'Move cell up', 'Cells', ['Alt-ArrowUp'], 'command', ({ session }, cell) =>
    session.move(cell.id, -1),
  ),
  onCell('move-down', 'Move cell down', 'Cells', ['Alt-ArrowDown'], 'command', ({ session }, cell) =>
    session.move(cell.id, 1),
  ),
  toKind('python', 'Make it Python', 'y'),
  toKind('sql', 'Make it SQL', 's'),
  toKind('markdown', 'Make it Markdown', 'm'),
  onCell('fold', 'Fold or show the output', 'Cells', ['o'], 'command', ({ store }, cell) =>
    toggleFolded(store, cell.id),
  ),

  onCell('previous', 'Cell above', 'Move around', ['ArrowUp', 'k'], 'command', (context) => step(context, -1)),
  onCell('next', 'Cell below', 'Move around', ['ArrowDown', 'j'], 'command', (context) => step(context, 1)),
  {
    id: 'graph',
    title: 'Show or hide the graph',
    group: 'Move around',
    keys: ['g'],
    when: 'command',
    enabled: open,
    run: ({ store }) => store.setState(({ graphShown }) => ({ graphShown: !graphShown })),
  },

  {
    id: 'save',
    title: 'Save',
    group: 'Notebook',
    keys: ['Mod-s'],
    when: 'always',
    enabled: (state) => state.notebook !== null,
    run: ({ session }) => void session.save(),
  },
  {
    id: 'compare',
    title: 'Compare with the file',
    group: 'Notebook',
    keys: [],
    when: 'always',
    enabled: (state) => state.notebook !== null,
    run: ({ session }) => void session.compare(),
  },
  {
    id: 'read-again',
    title: 'Read the file again',
    group: 'Notebook',
    keys: [],
    when: 'always',
    enabled: (state) => state.notebook !== null,
    run: ({ session }) => void session.readFileAgain(),
  },
  {
    id: 'to-source',
    title: 'Save as source notebook',
    group: 'Notebook',
    keys: [],
    when: 'always',
    enabled: (state) => isJupyter(state),
    run: ({ session }) => void session.convert(),
  },
  {
    id: 'to-jupyter',
    title: 'Save as Jupyter notebook',
    group: 'Notebook',
    keys: [],
    when: 'always',
    enabled: (state) => state.notebook !== null && !isJupyter(state),
    run: ({ session }) => void session.convert(),
  },
  {
    id: 'create',
    title: 'New notebook',
    group: 'Notebook',
    keys: [],
    when: 'always',
    run: ({ store }) => store.setState({ dialog: 'create' }),
  },
  {
    id: 'export',
    title: 'Export as a job',
    group: 'Notebook',
    keys: ['Mod-Shift-e'],
    when: 'always',
    enabled: open,
    run: ({ store }) => store.setState({ place: 'job' }),
  },

  {
    id: 'palette',
    title: 'Find a command',
    group: 'Page',
    keys: ['Mod-Shift-p'],
    when: 'always',
    run: ({ store }) => store.setState({ dialog: 'palette' }),
  },
  {
    id: 'keys',
    title: 'Show the keys',
    group: 'Page',
    keys: ['?', 'h'],
    when: 'command',
    run: ({ store }) => store.setState({ dialog: 'keys' }),
  },
  {
    id: 'theme',
    title: 'Switch between light and dark',
    group: 'Page',
    keys: [],
    when: 'always',
    run: () => chooseTheme(themeNow() === 'dark' ? 'light' : 'dark'),
  },
]

export function commandById(id: string): Command {
  return commands.find((command) => command.id === id)!
}

function onCell(
  id: string,
  title: string,
  group: Command['group'],
  keys: readonly string[],
  when: Command['when'],
  run: (context: CommandContext, cell: Cell) => void,
): Command {
  return {
    id,
    title,
    group,
    keys,
    when,
    enabled: selected,
    run: (context) => {
      const { notebook, selected: cell } = context.store.getState()
      if (notebook !== null && cell !== null && cell in notebook.cells) run(context, notebook.cells[cell]!)
    },
  }
}

function toKind(kind: Cell['kind'], title: string, key: string): Command {
  return onCell(`to-${kind}`, title, 'Cells', [key], 'command', ({ session }, cell) =>
    session.change(cell.id, { kind }),
  )
}

function runHere({ session, store }: CommandContext, cell: Cell): void {
  if (cell.kind === 'markdown') leaveCell(store)
  else if (cell.kind !== 'raw') void session.run([cell.id])
}

/** A new cell of the kind that the notebook is written in. */
function insert({ session, store }: CommandContext, after: CellId | null): CellId {
  const language = store.getState().notebook!.language
  return session.insert(after, { kind: language, title: null, source: '' })
}

function neighbour({ store }: CommandContext, by: number): CellId | null {
  const { notebook, selected: cell } = store.getState()
  return cell === null ? null : (notebook!.order[notebook!.order.indexOf(cell) + by] ?? null)
}

function step(context: CommandContext, by: number): void {
  const to = neighbour(context, by)
  if (to !== null) go(context, to)
}

function go({ store }: CommandContext, cell: CellId): void {
  leaveCell(store)
  selectCell(store, cell)
  document.getElementById(`cell-${cell}`)?.scrollIntoView({ block: 'nearest' })
}

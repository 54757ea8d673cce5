import { ArrowDown, ArrowUp, Ellipsis, Play, Plus, Trash2, type LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { commandById, keyLabel } from '../commands/index.ts'
import { Tip } from '../page/Tip.tsx'
import { selectCell, usePage, useSession, type Cell } from '../state/index.ts'

const buttons: readonly { command: string; label: string; Icon: LucideIcon }[] = [
  { command: 'run', label: 'Run', Icon: Play },
  { command: 'insert-below', label: 'Add a cell below', Icon: Plus },
  { command: 'move-up', label: 'Move up', Icon: ArrowUp },
  { command: 'move-down', label: 'Move down', Icon: ArrowDown },
  { command: 'delete', label: 'Delete', Icon: Trash2 },
]

const more = ['run-next', 'run-insert', 'insert-above', 'fold', 'to-python', 'to-sql', 'to-markdown']

/** What one can do with a cell, always at the same place; each is a command, so it is in the palette and has its key. */
export function CellActions({ cell }: { cell: Cell }) {
  const session = useSession()
  const { store } = session
  const lost = usePage((page) => page.link === 'lost')
  const perform = (id: string) => {
    selectCell(store, cell.id)
    commandById(id).run({ session, store })
  }
  return (
    <span className="cell-actions" role="toolbar" aria-label="Cell">
      {buttons.map(({ command, label, Icon }) =>
        command === 'run' && (cell.kind === 'markdown' || cell.kind === 'raw') ? null : (
          <Tip
            key={command}
            label={command === 'run' && lost ? 'Dagbook does not answer now' : label}
            command={command}
          >
            <button
              className="icon-button"
              aria-label={label}
              aria-disabled={command === 'run' && lost}
              onClick={() => perform(command)}
            >
              <Icon />
            </button>
          </Tip>
        ),
      )}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="icon-button" aria-label="More">
          <Ellipsis />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="floating menu" align="end" sideOffset={2}>
            {more.map((id) => (
              <DropdownMenu.Item key={id} onSelect={() => perform(id)}>
                {commandById(id).title}
                <span className="key">{keyLabel(commandById(id).keys[0]!)}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  )
}

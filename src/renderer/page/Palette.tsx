import { Command } from 'cmdk'
import { NotebookText } from 'lucide-react'
import { useEffect } from 'react'
import { commands, keyLabel } from '../commands/index.ts'
import { cellName, revealCell, usePage, useSession } from '../state/index.ts'

/** Finds a command, a cell or a notebook by its name. */
export function Palette() {
  const session = useSession()
  const { store } = session
  const open = usePage((state) => state.dialog === 'palette')
  const notebooks = usePage((page) => page.app?.notebooks)
  useEffect(() => void (open && session.lookForNotebooks()), [session, open])
  if (!open) return null
  const state = store.getState()
  const choose = (run: () => void) => {
    store.setState({ dialog: null })
    run()
  }
  return (
    <Command.Dialog
      open
      onOpenChange={() => store.setState({ dialog: null })}
      label="Find a command"
      overlayClassName="overlay"
      contentClassName="floating palette"
      loop
    >
      <Command.Input placeholder="Find a command or a cell" aria-label="Find a command or a cell" />
      <Command.List>
        <Command.Empty>Nothing is called that.</Command.Empty>
        <Command.Group heading="Commands">
          {commands
            .filter((command) => command.id !== 'palette' && (command.enabled?.(state) ?? true))
            .map((command) => (
              <Command.Item key={command.id} onSelect={() => choose(() => command.run({ session, store }))}>
                {command.title}
                <span className="key">{command.keys.map(keyLabel).join('  ')}</span>
              </Command.Item>
            ))}
        </Command.Group>
        <Command.Group heading="Cells">
          {(state.notebook?.order ?? []).map((id) => (
            <Command.Item
              key={id}
              value={`${cellName(state.notebook!.cells[id]!)} ${id}`}
              onSelect={() => choose(() => revealCell(store, id))}
            >
              {cellName(state.notebook!.cells[id]!)}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading="Notebooks">
          {(notebooks ?? []).map((path) => (
            <Command.Item key={path} onSelect={() => choose(() => void session.open(path))}>
              <NotebookText />
              {path}
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  )
}

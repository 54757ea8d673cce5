import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { commands, keyLabel, type CommandGroup } from '../commands/index.ts'
import { usePage, useSession } from '../state/index.ts'

const groups: readonly CommandGroup[] = ['Run', 'Cells', 'Move around', 'Notebook', 'Page']

/** All keys, made from the commands themselves. */
export function KeysDialog() {
  const { store } = useSession()
  const open = usePage((state) => state.dialog === 'keys')
  return (
    <Dialog.Root open={open} onOpenChange={(shown) => store.setState({ dialog: shown ? 'keys' : null })}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="floating dialog keys-dialog" aria-describedby={undefined}>
          <Dialog.Title asChild>
            <h2>Keys</h2>
          </Dialog.Title>
          <Dialog.Close className="icon-button dialog-close" aria-label="Close">
            <X />
          </Dialog.Close>
          <p className="quiet">
            Keys without Ctrl work while a cell is selected. Esc leaves its text, Enter goes back into it.
          </p>
          <div className="keys-columns">
            {groups.map((group) => (
              <section key={group}>
                <h3>{group}</h3>
                <dl>
                  {commands
                    .filter((command) => command.group === group && command.keys.length > 0)
                    .map((command) => (
                      <div key={command.id}>
                        <dt>
                          {command.keys.map((keys) => (
                            <kbd key={keys}>{keyLabel(keys)}</kbd>
                          ))}
                        </dt>
                        <dd>{command.title}</dd>
                      </div>
                    ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

import { Tooltip } from 'radix-ui'
import type { ReactElement } from 'react'
import { commandById, keyLabel } from '../commands/index.ts'

/** Says what the button inside does, and its key. */
export function Tip({ label, command, children }: { label: string; command?: string; children: ReactElement }) {
  const [key] = command === undefined ? [] : commandById(command).keys
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="floating tip" sideOffset={4} collisionPadding={8}>
          {label}
          {key === undefined ? null : <span className="key">{keyLabel(key)}</span>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

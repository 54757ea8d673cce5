import { DropdownMenu } from 'radix-ui'
import { kindWords, useSession, type Cell } from '../state/index.ts'
import { KindIcon } from './KindIcon.tsx'

const kinds = ['python', 'sql', 'markdown', 'run', 'pip', 'sh'] as const

/** Says what a cell is written in, and changes it. The text stays. */
export function KindMenu({ cell, reachable }: { cell: Cell; reachable: boolean }) {
  const session = useSession()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="kind-chip"
        tabIndex={reachable ? 0 : -1}
        aria-label={`${kindWords[cell.kind]}; change the language`}
      >
        {kindWords[cell.kind]}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="floating menu" align="end" sideOffset={2}>
          {kinds.map((kind) => (
            <DropdownMenu.Item key={kind} onSelect={() => kind !== cell.kind && session.change(cell.id, { kind })}>
              <KindIcon kind={kind} />
              {kindWords[kind]}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

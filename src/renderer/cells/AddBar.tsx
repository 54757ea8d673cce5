import { Plus } from 'lucide-react'
import { editCell, useSession, type Cell, type CellId } from '../state/index.ts'

const kinds = [
  { kind: 'python', label: 'Python' },
  { kind: 'sql', label: 'SQL' },
  { kind: 'markdown', label: 'Markdown' },
] as const satisfies readonly { kind: Cell['kind']; label: string }[]

/** Between two cells: adds one there. For the keyboard there are keys, so it is no stop of Tab. */
export function AddBar({ after }: { after: CellId | null }) {
  const session = useSession()
  const add = (kind: Cell['kind']) => editCell(session.store, session.insert(after, { kind, title: null, source: '' }))
  return (
    <div className="add-bar">
      <span className="add-line" aria-hidden />
      <span className="add-buttons">
        <Plus aria-hidden />
        {kinds.map(({ kind, label }) => (
          <button key={kind} tabIndex={-1} aria-label={`Add a ${label} cell here`} onClick={() => add(kind)}>
            {label}
          </button>
        ))}
      </span>
      <span className="add-line" aria-hidden />
    </div>
  )
}

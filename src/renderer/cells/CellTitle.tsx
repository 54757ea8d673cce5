import { useState } from 'react'
import { useSession, type Cell } from '../state/index.ts'

/** The title of a cell: plain text until one clicks it. */
export function CellTitle({ cell, active }: { cell: Cell; active: boolean }) {
  const session = useSession()
  const [text, setText] = useState<string | null>(null)
  const finish = () => {
    const title = (text ?? '').trim() === '' ? null : text!.trim()
    if (text !== null && title !== cell.title) session.change(cell.id, { title })
    setText(null)
  }
  if (text !== null) {
    return (
      <input
        className="title-input"
        aria-label="Title of the cell"
        autoFocus
        value={text}
        placeholder="Title"
        onChange={(event) => setText(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish()
          if (event.key === 'Escape') setText(null)
        }}
      />
    )
  }
  return (
    <button
      className={`cell-title ${cell.title === null ? 'none' : ''}`}
      tabIndex={-1}
      onClick={() => setText(cell.title ?? '')}
    >
      {cell.title ?? (active ? 'Add a title' : '')}
    </button>
  )
}

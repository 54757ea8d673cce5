import { useMemo } from 'react'
import { markdownToHtml } from '../outputs/index.ts'
import { editCell, useSession, type Cell } from '../state/index.ts'

/** A Markdown cell as it reads. A click on anything but a link leads into its text. */
export function MarkdownText({ cell }: { cell: Cell }) {
  const { store } = useSession()
  const html = useMemo(() => markdownToHtml(cell.source), [cell.source])
  const edit = (event: React.MouseEvent) => {
    const onLink = event.target instanceof Element && event.target.closest('a') !== null
    if (!onLink && document.getSelection()?.isCollapsed !== false) editCell(store, cell.id)
  }
  if (cell.source.trim() === '') {
    return (
      <div className="prose quiet" onClick={edit}>
        Empty text. Press Enter to write.
      </div>
    )
  }
  return <div className="prose" onClick={edit} dangerouslySetInnerHTML={{ __html: html }} />
}

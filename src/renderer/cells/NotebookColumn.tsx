import { useEffect, useRef } from 'react'
import { goToLine, needEditors } from '../editor/index.ts'
import { usePage, type CellId } from '../state/index.ts'
import { AddBar } from './AddBar.tsx'
import { CellBox } from './CellBox.tsx'
import './cells.css'

/** The notebook: its cells, one below the other. */
export function NotebookColumn() {
  const order = usePage((state) => state.notebook!.order)
  const doc = usePage((state) => state.notebook!.doc)
  const column = useRef<HTMLDivElement>(null)
  useEditorsNearby(column, order)
  useReveal()
  return (
    <div className="notebook" ref={column} key={doc}>
      <div className="column">
        <AddBar after={null} />
        {order.map((id) => (
          <CellBox key={id} id={id} />
        ))}
        {order.length === 0 ? <p className="empty-column">This notebook is empty. Add its first cell.</p> : null}
      </div>
    </div>
  )
}

/** Gives a real editor to the cells in view and half a screen around it. */
function useEditorsNearby(column: React.RefObject<HTMLDivElement | null>, order: readonly CellId[]): void {
  useEffect(() => {
    const near = new Set<CellId>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const id = (target as HTMLElement).dataset.cell!
          if (isIntersecting) near.add(id)
          else near.delete(id)
        }
        needEditors([...near])
      },
      { root: column.current, rootMargin: '50% 0px' },
    )
    for (const id of order) {
      const box = document.getElementById(`cell-${id}`)
      if (box !== null) observer.observe(box)
    }
    return () => observer.disconnect()
  }, [column, order])
}

/** Scrolls to the cell, and to the line in it, that the page is asked to show. */
function useReveal(): void {
  const reveal = usePage((state) => state.reveal)
  useEffect(() => {
    if (reveal === null) return
    const { cell, line } = reveal
    const box = document.getElementById(`cell-${cell}`)
    if (box === null) return
    const show = () => box.scrollIntoView({ block: box.offsetHeight > innerHeight * 0.7 ? 'start' : 'center' })
    show()
    // Heights of cells that were never in view are estimates: once they are known, look again.
    const frames = [requestAnimationFrame(() => frames.push(requestAnimationFrame(show)))]
    box.dataset.shown = ''
    const fade = setTimeout(() => delete box.dataset.shown, 900)
    if (line !== null) goToLine(cell, line)
    return () => {
      frames.forEach(cancelAnimationFrame)
      clearTimeout(fade)
      delete box.dataset.shown
    }
  }, [reveal])
}

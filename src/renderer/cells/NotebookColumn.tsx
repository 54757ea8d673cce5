import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { goToLine, needEditors } from '../editor/index.ts'
import { usePage, useSession, type CellId } from '../state/index.ts'
import { AddBar } from './AddBar.tsx'
import { CellBox } from './CellBox.tsx'
import { drawCells, drawOnly, nextToDraw } from './drawn-cells.ts'
import './cells.css'

/** The notebook: its cells, one below the other. */
export function NotebookColumn() {
  const order = usePage((state) => state.notebook!.order)
  const doc = usePage((state) => state.notebook!.doc)
  const column = useRef<HTMLDivElement>(null)
  useDrawnFirst(doc, order)
  useNearView(column, doc, order)
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

/** About a screen of cells: those are drawn before anything else. */
const firstDrawn = 8
const atOnce = 8
/** So many milliseconds a busy browser may keep us waiting. */
const patience = 200

/** Draws the first cells at once and, when there is nothing else to do, as many more as may be drawn. */
function useDrawnFirst(doc: string, order: readonly CellId[]): void {
  const latest = useRef(order)
  useLayoutEffect(() => {
    latest.current = order
  }, [order])
  useLayoutEffect(() => {
    drawOnly(latest.current.slice(0, firstDrawn))
    return whenIdle(() => {
      const next = nextToDraw(latest.current, atOnce)
      drawCells(next)
      return next.length > 0
    })
  }, [doc])
}

/** Does `work` again and again while the browser has nothing else to do, until it answers false. Gives what ends it early. */
function whenIdle(work: () => boolean): () => void {
  const idle = 'requestIdleCallback' in window
  const ask = (step: () => void) =>
    (idle ? requestIdleCallback(step, { timeout: patience }) : setTimeout(step, 50)) as number
  const step = () => {
    if (work()) handle = ask(step)
  }
  let handle = ask(step)
  return () => (idle ? cancelIdleCallback(handle) : clearTimeout(handle))
}

/** What is in view or within a screen of it is drawn in full and has a real editor; the text that is edited keeps its own. */
function useNearView(column: RefObject<HTMLDivElement | null>, doc: string, order: readonly CellId[]): void {
  const { store } = useSession()
  useEffect(() => {
    const near = new Set<CellId>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const id = (target as HTMLElement).dataset.cell!
          if (isIntersecting) near.add(id)
          else near.delete(id)
        }
        const { selected, mode } = store.getState()
        drawCells([...near])
        needEditors(
          mode === 'edit' && selected !== null ? [...near].filter((id) => id !== selected).concat(selected) : [...near],
        )
      },
      { root: column.current, rootMargin: '100% 0px' },
    )
    for (const box of column.current!.querySelectorAll('.column > .cell')) observer.observe(box)
    return () => observer.disconnect()
  }, [store, column, doc, order])
}

const around = 4

/** Scrolls to the cell, and to the line in it, that the page is asked to show. */
function useReveal(): void {
  const { store } = useSession()
  const reveal = usePage((state) => state.reveal)
  useEffect(() => {
    if (reveal === null) return
    const { cell, line } = reveal
    const box = document.getElementById(`cell-${cell}`)
    if (box === null) return
    const { order } = store.getState().notebook!
    const at = order.indexOf(cell)
    // What will be in view is drawn before one looks again.
    drawCells(order.slice(Math.max(0, at - around), at + around + 1))
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
  }, [store, reveal])
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import type { TableView } from '../../kernel/contract/index.ts'
import { useSession } from '../state/index.ts'
import { isNumeric, readPage, type RowPage } from './arrow.ts'

const rowHeight = 26
const headHeight = 44
const mostRowsInView = 12

/** A result table: only the rows in view are drawn, and only the pages that they are on are fetched. */
export function ResultTable({ table }: { table: TableView }) {
  const { pages, problem, need } = usePages(table)
  const scroller = useRef<HTMLDivElement>(null)
  // The virtualizer keeps its state outside React; nothing memoised below depends on it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: table.rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: headHeight,
  })
  const shown = rows.getVirtualItems()
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0]
  useEffect(() => need(first, last), [need, first, last])
  const widths = columnWidths(table, pages.get(0))
  const columns = `${numberWidth}px ${widths.map((width) => `${width}px`).join(' ')}`
  const height = headHeight + Math.min(table.rows, mostRowsInView) * rowHeight + 2
  const more = useHiddenColumns(scroller, widths)
  return (
    <figure className="result" data-more={more > 0 ? '' : undefined}>
      <div
        className="result-scroll"
        ref={scroller}
        style={{ maxHeight: height, minHeight: height }}
        role="table"
        aria-rowcount={table.rows + 1}
        aria-colcount={table.columns.length}
        aria-label="Result"
        tabIndex={0}
        data-own-keys
      >
        <div className="result-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: columns }}>
          <span role="columnheader">
            <span className="hidden-words">Row</span>
          </span>
          {table.columns.map(({ name, type }, at) => (
            <span
              key={at}
              role="columnheader"
              title={`${name}: ${type}`}
              data-numeric={isNumeric(type) ? '' : undefined}
            >
              <b>{name}</b>
              <small>{type}</small>
            </span>
          ))}
        </div>
        <div className="result-body" role="rowgroup" style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const page = pages.get(Math.floor(index / table.pageRows))
            return (
              <div
                key={index}
                role="row"
                aria-rowindex={index + 2}
                className="result-row"
                style={{ gridTemplateColumns: columns, transform: `translateY(${start}px)` }}
              >
                <span role="rowheader">{index + 1}</span>
                {table.columns.map(({ type }, at) => {
                  const value = page?.value(index % table.pageRows, at)
                  return (
                    <span
                      key={at}
                      role="cell"
                      data-numeric={isNumeric(type) ? '' : undefined}
                      data-special={value?.special ?? undefined}
                      title={value !== undefined && value.text.length > 30 ? value.text : undefined}
                    >
                      {value === undefined ? '' : shortText(value.text)}
                    </span>
                  )
                })}
              </div>
            )
          })}
        </div>
      </div>
      <figcaption>
        {problem ?? rowCount(table)} · {table.columns.length === 1 ? '1 column' : `${table.columns.length} columns`}
        {more > 0 ? <span className="result-more">, {more} more to the right</span> : null}
      </figcaption>
    </figure>
  )
}

const numberWidth = 56

/** How many columns are out of sight to the right, by at least half. */
function useHiddenColumns(scroller: RefObject<HTMLDivElement | null>, widths: readonly number[]): number {
  const [seen, setSeen] = useState(Infinity)
  useEffect(() => {
    const box = scroller.current!
    const look = () => setSeen(box.scrollLeft + box.clientWidth)
    const observer = new ResizeObserver(look)
    observer.observe(box)
    box.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      box.removeEventListener('scroll', look)
    }
  }, [scroller])
  const middles = widths.map(
    (width, at) => widths.slice(0, at).reduce((sum, one) => sum + one, numberWidth) + width / 2,
  )
  return middles.filter((middle) => middle > seen).length
}

function rowCount({ rows, more }: TableView): string {
  const count = rows.toLocaleString('en')
  if (more) return `The first ${count} rows; there are more`
  return rows === 1 ? '1 row' : `${count} rows`
}

/** A cell of the table is one line; what is too long for it is in its title. */
function shortText(text: string): string {
  const line = text.replaceAll('\n', '⏎')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}

function columnWidths({ columns, rows, pageRows }: TableView, sample: RowPage | undefined): number[] {
  const seen = Math.min(rows, pageRows, 50)
  return columns.map(({ name, type }, at) => {
    let widest = Math.max(textWidth(name) * 1.06, textWidth(type) * 0.9)
    for (let row = 0; sample !== undefined && row < seen; row++) {
      widest = Math.max(widest, textWidth(sample.value(row, at).text))
    }
    return Math.ceil(Math.min(Math.max(widest + 28, 64), 320))
  })
}

/** About how wide a text is, without asking the browser to lay it out. */
function textWidth(text: string): number {
  let width = 0
  for (const letter of text.slice(0, 60)) {
    width += /[0-9A-Z_-]/.test(letter) ? 8.1 : /[ .,:;il'|()]/.test(letter) ? 4.6 : letter > '\u2000' ? 12.5 : 7.1
  }
  return width
}

/** The pages of a table that were fetched so far, and a way to ask for those of the rows `first` to `last`. */
function usePages(table: TableView) {
  const { file, pageRows } = table
  const latest = useRef(table)
  useEffect(() => {
    latest.current = table
  }, [table])
  const { host } = useSession()
  const [state, setState] = useState<{ file: string; pages: ReadonlyMap<number, RowPage>; problem: string | null }>({
    file,
    pages: new Map(),
    problem: null,
  })
  const asked = useRef(new Set<string>())
  const need = useCallback(
    (first: number, last: number) => {
      for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++) {
        const key = `${file} ${page}`
        if (asked.current.has(key)) continue
        asked.current.add(key)
        host.resultPage(latest.current, page).then(
          (bytes) => {
            const read = readPage(bytes)
            setState((before) => {
              const kept = before.file === file ? before.pages : new Map<number, RowPage>()
              return { file, pages: new Map(kept).set(page, read), problem: null }
            })
          },
          (error: unknown) => {
            asked.current.delete(key)
            const problem = error instanceof Error ? error.message : String(error)
            setState((before) => ({ ...before, problem }))
          },
        )
      }
    },
    [host, file, pageRows],
  )
  const pages = state.file === file ? state.pages : new Map<number, RowPage>()
  return { pages, problem: state.problem, need }
}

import { completionStatus } from '@codemirror/autocomplete'
import { setDiagnostics } from '@codemirror/lint'
import { EditorView } from '@codemirror/view'
import { useEffect, useLayoutEffect, useMemo, useRef, type CSSProperties } from 'react'
import { useStore } from 'zustand'
import type { DiagnosticView } from '../../kernel/contract/index.ts'
import { editCell, leaveCell, useSession, type Cell, type CellId, type Session } from '../state/index.ts'
import { adoptState, changeLanguage, createState, fromOutside, replaceText } from './extensions.ts'
import { loadLanguage } from './languages.ts'
import { keepState, keptState, liveCells, needEditors, registerView } from './live-cells.ts'
import { highlightToHtml } from './static-highlight.ts'

export interface CodeAreaProps {
  readonly cell: Cell
  readonly label: string
  readonly diagnostics: readonly DiagnosticView[]
  /** The keyboard belongs here. */
  readonly focused: boolean
}

/** The text of a cell: an editor while it is needed, else the same text drawn alike. */
export function CodeArea(props: CodeAreaProps) {
  const { id } = props.cell
  const isLive = useStore(liveCells, ({ cells }) => cells.includes(id))
  const { focused } = props
  useEffect(() => {
    if (focused) needEditors([id])
  }, [focused, id])
  return isLive ? <LiveCode {...props} /> : <StillCode {...props} />
}

function StillCode({ cell }: CodeAreaProps) {
  const { store } = useSession()
  const html = useMemo(() => highlightToHtml(cell.source, cell.kind), [cell.source, cell.kind])
  const lines = { '--lines': cell.source.split('\n').length } as CSSProperties
  return (
    <pre
      className={`code still ${cell.kind === 'markdown' ? 'wraps' : ''}`}
      style={lines}
      tabIndex={-1}
      onClick={() => editCell(store, cell.id)}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  )
}

function LiveCode({ cell, label, diagnostics, focused }: CodeAreaProps) {
  const session = useSession()
  const { id, kind } = cell
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)

  useLayoutEffect(() => {
    const editor = mountEditor(session, id, place.current!)
    view.current = editor
    registerView(id, editor)
    const unsubscribe = followStore(session, id, editor)
    return () => {
      unsubscribe()
      keepState(id, editor.state)
      registerView(id, null)
      editor.destroy()
    }
  }, [session, id])

  useEffect(() => {
    const editor = view.current!
    changeLanguage(editor, kind)
    let changed = false
    void loadLanguage(kind)?.then(() => {
      if (!changed) changeLanguage(editor, kind)
    })
    return () => {
      changed = true
    }
  }, [kind])

  useEffect(() => {
    view.current!.contentDOM.setAttribute('aria-label', label)
  }, [label])

  useEffect(() => {
    // Tab goes from cell to what stands beside it; into a text leads Enter, and out of it Escape.
    view.current!.contentDOM.tabIndex = focused ? 0 : -1
  }, [focused])

  useEffect(() => {
    const { state } = view.current!
    const { length } = state.doc
    const marks = diagnostics.map((remark) => ({
      from: Math.min(remark.where.start, length),
      to: Math.min(remark.where.end, length),
      severity: remark.severity,
      message: remark.message,
      actions: remark.fixable ? [{ name: 'Fix…', apply: () => void session.lookForFixes(remark) }] : [],
    }))
    view.current!.dispatch(setDiagnostics(state, marks))
  }, [session, diagnostics])

  useEffect(() => {
    const editor = view.current!
    if (focused && !editor.hasFocus) editor.focus()
    if (!focused && editor.hasFocus) editor.contentDOM.blur()
  }, [focused])

  return <div className="code live" ref={place} />
}

function mountEditor(session: Session, id: CellId, parent: HTMLElement): EditorView {
  const { source, kind } = session.state.notebook!.cells[id]!
  const { store } = session
  const own = [
    EditorView.domEventHandlers({
      focus: () => editCell(store, id),
      // Another window in front is no reason to stop editing.
      blur: () => {
        if (document.hasFocus() && store.getState().selected === id) leaveCell(store)
      },
      keydown: (event, editor) => leaveAtEdge(event, editor, (by) => editNeighbour(session, id, by)),
    }),
    EditorView.updateListener.of((update) => {
      const typed = update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside))
      if (typed) session.type(id, update.state.doc.toString())
    }),
  ]
  const kept = keptState(id)
  const state = kept === undefined ? createState(source, kind, own) : adoptState(kept, kind, own)
  const editor = new EditorView({ parent, state })
  replaceText(editor, source)
  return editor
}

/**
 * Keeps the editor's text the store's. Typed text is in the store before this hears of it, so a difference is always news from
 * outside; a React effect would come too late, and put back what was typed since.
 */
function followStore(session: Session, id: CellId, editor: EditorView): () => void {
  let seen = session.state.notebook?.cells[id]?.source
  return session.store.subscribe(({ notebook }) => {
    const source = notebook?.cells[id]?.source
    if (source === undefined || source === seen) return
    seen = source
    replaceText(editor, source)
  })
}

function editNeighbour({ store }: Session, id: CellId, by: -1 | 1): boolean {
  const { order } = store.getState().notebook!
  const to = order[order.indexOf(id) + by]
  if (to === undefined) return false
  editCell(store, to)
  document.getElementById(`cell-${to}`)?.scrollIntoView({ block: 'nearest' })
  return true
}

/** An arrow key at the edge of the text leads on into the neighbour. */
function leaveAtEdge(event: KeyboardEvent, { state }: EditorView, leave: (by: -1 | 1) => boolean): boolean {
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || !state.selection.main.empty) return false
  if (completionStatus(state) !== null) return false
  const line = state.doc.lineAt(state.selection.main.head).number
  if (event.key === 'ArrowUp' && line === 1) return leave(-1)
  if (event.key === 'ArrowDown' && line === state.doc.lines) return leave(1)
  return false
}

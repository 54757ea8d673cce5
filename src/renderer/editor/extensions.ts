import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap, tooltips } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import type { Cell } from '../state/index.ts'
import { languageOf } from './languages.ts'
import { look } from './look.ts'

/** Marks a change that did not come from the keyboard, so that it is not sent back. */
export const fromOutside = Annotation.define<boolean>()

const language = new Compartment()
const owner = new Compartment()

/** What all editors share: built once, since every array of extensions is resolved anew. */
const shared: Extension = [
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  indentUnit.of('    '),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  // A cell clips what is in it; lists and remarks float over the page.
  tooltips(typeof document === 'undefined' ? {} : { parent: document.body, position: 'fixed' }),
  syntaxHighlighting(classHighlighter),
  look,
  keymap.of([...closeBracketsKeymap, ...completionKeymap, indentWithTab, ...defaultKeymap, ...historyKeymap]),
]

function languageExtension(kind: Cell['kind']): Extension {
  const support = languageOf(kind)
  return [support ?? [], kind === 'markdown' ? EditorView.lineWrapping : []]
}

/** An editor state for a cell. `own` are the extensions that know which component shows it. */
export function createState(source: string, kind: Cell['kind'], own: Extension): EditorState {
  return EditorState.create({ doc: source, extensions: [owner.of(own), language.of(languageExtension(kind)), shared] })
}

/** A state that another component left behind, with its text, cursor and undo, for the component that shows it now. */
export function adoptState(kept: EditorState, kind: Cell['kind'], own: Extension): EditorState {
  return kept.update({ effects: [owner.reconfigure(own), language.reconfigure(languageExtension(kind))] }).state
}

export function changeLanguage(view: EditorView, kind: Cell['kind']): void {
  view.dispatch({ effects: language.reconfigure(languageExtension(kind)) })
}

/** Makes the editor's text `source` by the smallest single change, so that cursor and undo stay where they can. */
export function replaceText(view: EditorView, source: string): void {
  const change = smallestChange(view.state.doc.toString(), source)
  if (change !== null) view.dispatch({ changes: change, annotations: fromOutside.of(true) })
}

/** The one replacement that turns `before` into `after`; null if they are equal. */
export function smallestChange(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from++
  let same = 0
  while (same < shorter - from && before.at(-1 - same) === after.at(-1 - same)) same++
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) }
}

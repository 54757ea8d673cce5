import { classHighlighter, highlightCode } from '@lezer/highlight'
import type { Cell } from '../state/index.ts'
import { languageOf } from './languages.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => escapes[sign]!)
}

/** Code as HTML with the same classes that a live editor gives it; all of it escaped. */
export function highlightToHtml(source: string, kind: Cell['kind']): string {
  const language = languageOf(kind)
  if (language === null) return escapeHtml(source)
  let html = ''
  highlightCode(
    source,
    language.language.parser.parse(source),
    classHighlighter,
    (text, classes) => {
      html += classes === '' ? escapeHtml(text) : `<span class="${classes}">${escapeHtml(text)}</span>`
    },
    () => {
      html += '\n'
    },
  )
  return html
}

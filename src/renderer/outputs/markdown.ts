import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'

const reader = new MarkdownIt({ html: true, linkify: true, typographer: false })

/** Markdown as HTML that is safe to put into the page: without scripts, handlers, frames, forms or styles of its own. */
export function markdownToHtml(source: string): string {
  const clean = DOMPurify.sanitize(reader.render(source), {
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'textarea', 'iframe', 'object', 'embed'],
    FORBID_ATTR: ['style', 'id', 'class'],
    RETURN_DOM_FRAGMENT: true,
  })
  for (const link of clean.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  const holder = document.createElement('div')
  holder.append(clean)
  return holder.innerHTML
}

export { CodeArea } from './CodeArea.tsx'
export { highlightToHtml } from './static-highlight.ts'
export { cursorLine, goToLine, needEditors } from './live-cells.ts'
export { smallestChange } from './extensions.ts'

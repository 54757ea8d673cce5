export { CodeArea } from './CodeArea.tsx'
export { highlightToHtml } from './staticHighlight.ts'
export { goToLine, needEditors } from './liveCells.ts'
export { smallestChange } from './extensions.ts'

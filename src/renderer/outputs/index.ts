export { CellOutputs } from './CellOutputs.tsx'
export { markdownToHtml } from './markdown.ts'

export { NotebookColumn } from './NotebookColumn.tsx'
export { StateMark } from './StateMark.tsx'
export { KindIcon } from './KindIcon.tsx'

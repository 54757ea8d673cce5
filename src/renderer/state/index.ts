export {
  createPageStore,
  type Dialog,
  type Fixing,
  type Mode,
  type Notice,
  type PageState,
  type PageStore,
} from './store.ts'
export { downstream, editNotebook, upstream, type Cell, type CellId, type Notebook } from './notebook.ts'
export { SessionContext, shownState, usePage, useSession } from './page.tsx'
export { notebookText } from './notebook-text.ts'
export { Session } from './session.ts'
export { cellName, duration, endOfRun, kindWords, stateWords } from './words.ts'
export { editCell, leaveCell, revealCell, selectCell, toggleFolded } from './view.ts'

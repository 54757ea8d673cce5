import type { PageStore, Session } from '../state/index.ts'

/** The notebook that the page's address names; null if none. */
export function notebookInAddress(): string | null {
  const path = decodeAddress(location.hash.replace(/^#\/?/, ''))
  return path === '' ? null : path
}

/** Keeps the open notebook in the page's address, so that a reload shows it again. */
export function keepNotebookInAddress(session: Session): void {
  const { store } = session
  const write = () => {
    const path = store.getState().notebook?.path
    if (path === undefined || path === notebookInAddress()) return
    history.replaceState(history.state, '', `#/${path.split('/').map(encodeURIComponent).join('/')}`)
  }
  write()
  store.subscribe(write)
  addEventListener('hashchange', () => {
    const path = notebookInAddress()
    if (path !== null && isKnown(store, path)) void session.open(path)
  })
}

function isKnown(store: PageStore, path: string): boolean {
  return store.getState().app?.notebooks.includes(path) ?? false
}

function decodeAddress(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Host } from '../connection/index.ts'
import { createPageStore, Session, SessionContext } from '../state/index.ts'
import { applyTheme } from '../theme/theme.ts'
import '../theme/fonts.ts'
import '../theme/tokens.css'
import '../theme/base.css'
import { keepNotebookInAddress, notebookInAddress } from './address.ts'
import { App } from './App.tsx'

/** Shows the page as soon as its host answers. */
export function showPage(connecting: Promise<Host>): void {
  applyTheme()
  const root = createRoot(document.getElementById('root')!)
  root.render(<p className="connecting">Connecting…</p>)
  void connecting.then((host) => {
    const session = new Session(host, createPageStore())
    root.render(
      <StrictMode>
        <SessionContext value={session}>
          <App />
        </SessionContext>
      </StrictMode>,
    )
    void session.start(notebookInAddress()).then(() => keepNotebookInAddress(session))
    addEventListener('beforeunload', (event) => {
      if (!session.leave()) event.preventDefault()
    })
    addEventListener('pagehide', () => void session.leave())
  })
}

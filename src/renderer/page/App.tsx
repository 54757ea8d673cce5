import { Tooltip } from 'radix-ui'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { NotebookColumn } from '../cells/index.ts'
import { useCommandKeys } from '../commands/index.ts'
import { GraphPanel } from '../graph/index.ts'
import { JobPage } from '../job/index.ts'
import { usePage, useSession } from '../state/index.ts'
import { Announcer, Notices } from './Notices.tsx'
import { CompareDialog } from './CompareDialog.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { CreateDialog } from './CreateDialog.tsx'
import { FixDialog } from './FixDialog.tsx'
import { EmptyPage } from './EmptyPage.tsx'
import { Header } from './Header.tsx'
import { KeysDialog } from './KeysDialog.tsx'
import { Palette } from './Palette.tsx'
import { Rail } from './Rail.tsx'
import { StatusBar } from './StatusBar.tsx'
import './page.css'

/** The whole page: rail, header, what is open, status bar. */
export function App() {
  useCommandKeys()
  useUnsavedTitle()
  const place = usePage((state) => state.place)
  const open = usePage((state) => state.notebook !== null)
  const opening = usePage((state) => state.opening)
  return (
    <Tooltip.Provider delayDuration={400}>
      <div className="app">
        <Rail />
        <div className="stage">
          <ConnectionBanner />
          {opening === null ? null : (
            <p className="opening" role="status">
              Opening <code>{opening}</code>
            </p>
          )}
          {/* While another notebook comes, the one that goes can neither be run nor edited. */}
          <main className="stage-body" inert={opening !== null} aria-busy={opening !== null}>
            {!open ? <EmptyPage /> : null}
            {open ? <Header /> : null}
            {open ? (
              <div className="places">
                {/* It stays where it was scrolled to while one looks at the job. */}
                <div className="place" inert={place !== 'notebook'} data-hidden={place === 'notebook' ? undefined : ''}>
                  <Workbench />
                </div>
                {place === 'job' ? (
                  <div className="place">
                    <JobPage />
                  </div>
                ) : null}
              </div>
            ) : null}
          </main>
        </div>
        <StatusBar />
      </div>
      <CompareDialog />
      <FixDialog />
      <Palette />
      <KeysDialog />
      <CreateDialog />
      <Notices />
      <Announcer />
    </Tooltip.Provider>
  )
}

/** Notebook beside graph; on a narrow page one of the two. */
function Workbench() {
  const narrow = useNarrow()
  const graphShown = usePage((state) => state.graphShown)
  const [tab, setTab] = useState<'notebook' | 'graph'>('notebook')
  const reveal = usePage((state) => state.reveal)
  const [seen, setSeen] = useState(reveal)
  if (seen !== reveal) {
    setSeen(reveal)
    setTab('notebook')
  }
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: 'dagbook.workbench', storage: localStorage })
  if (narrow) {
    return (
      <div className="narrow">
        <div className="tabs" role="tablist" aria-label="View">
          {(['notebook', 'graph'] as const).map((name) => (
            <button key={name} role="tab" aria-selected={tab === name} onClick={() => setTab(name)}>
              {name === 'notebook' ? 'Notebook' : 'Graph'}
            </button>
          ))}
        </div>
        <div className="narrow-body" hidden={tab !== 'notebook'}>
          <NotebookColumn />
        </div>
        {tab === 'graph' ? (
          <div className="narrow-body">
            <GraphPanel />
          </div>
        ) : null}
      </div>
    )
  }
  if (!graphShown) {
    return (
      <div className="workbench">
        <NotebookColumn />
        <GraphStrip />
      </div>
    )
  }
  return (
    <Group
      className="workbench"
      orientation="horizontal"
      defaultLayout={defaultLayout}
      onLayoutChanged={onLayoutChanged}
    >
      <Panel id="notebook" minSize={360} defaultSize="62%">
        <NotebookColumn />
      </Panel>
      <Separator className="divider" aria-label="Width of the graph" />
      <Panel id="graph" minSize={260} defaultSize="38%">
        <GraphPanel />
      </Panel>
    </Group>
  )
}

function GraphStrip() {
  const { store } = useSession()
  return (
    <button className="graph-strip" onClick={() => store.setState({ graphShown: true })} aria-label="Show the graph">
      <span>Graph</span>
    </button>
  )
}

const narrowQuery = '(max-width: 899px)'

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(narrowQuery)
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => matchMedia(narrowQuery).matches,
  )
}

/** The name of the notebook in the window's title, with a dot while it has unsaved edits. */
function useUnsavedTitle(): void {
  const name = usePage((state) => state.notebook?.name)
  const dirty = usePage((state) => state.notebook?.dirty ?? false)
  useEffect(() => {
    document.title = name === undefined ? 'Dagbook' : `${dirty ? '● ' : ''}${name} – Dagbook`
  }, [name, dirty])
}

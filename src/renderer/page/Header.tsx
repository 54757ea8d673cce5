import { ChevronDown, CirclePlus, FileCode, FileOutput, NotebookText, Play, Save, Square } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { usePage, useSession } from '../state/index.ts'
import { Parameters } from './Parameters.tsx'
import { Tip } from './Tip.tsx'

/** Why nothing can be done now. A press says it too: on a touch screen nothing hovers. */
const noAnswer = 'Dagbook does not answer now'

/** The notebook's name, what one does with the whole of it, and its parameters. */
export function Header() {
  const session = useSession()
  const dirty = usePage((state) => state.notebook!.dirty)
  const outside = usePage((state) => state.notebook!.outside)
  const lost = usePage((state) => state.link === 'lost')
  const place = usePage((state) => state.place)
  const busy = usePage(({ notebook, runs }) =>
    notebook!.order.some((id) => runs[id]?.state === 'running' || runs[id]?.state === 'queued'),
  )
  return (
    <header className="header">
      <div className="header-row">
        <NotebookMenu />
        <span className={`unsaved ${dirty ? '' : 'quiet'}`}>{dirty ? 'unsaved' : 'saved'}</span>
        {outside ? (
          <button className="button outside" disabled={lost} onClick={() => void session.compare()}>
            The file was changed outside · Compare
          </button>
        ) : null}
        <span className="spring" />
        {busy ? (
          <Tip label={lost ? noAnswer : 'Stop what runs'} command="stop">
            <button className="button stop" aria-disabled={lost} onClick={() => void session.interrupt()}>
              <Square fill="currentColor" />
              Stop
            </button>
          </Tip>
        ) : null}
        <Tip label={lost ? noAnswer : 'Run everything that is not fresh'} command="run-all">
          <button
            className="button first"
            disabled={busy}
            aria-disabled={busy || lost}
            onClick={() => void session.runAll()}
          >
            <Play fill="currentColor" />
            Run all
          </button>
        </Tip>
        <Tip label={lost ? noAnswer : 'Save the notebook'} command="save">
          <button className="button" aria-disabled={lost} onClick={() => void session.save()}>
            <Save />
            Save
          </button>
        </Tip>
        {place === 'notebook' ? (
          <Tip label={lost ? noAnswer : "Look at the job's files and write them"} command="export">
            <button className="button" disabled={lost} onClick={() => session.store.setState({ place: 'job' })}>
              <FileOutput />
              Export
            </button>
          </Tip>
        ) : null}
      </div>
      {place === 'notebook' ? <Parameters /> : null}
    </header>
  )
}

function NotebookMenu() {
  const session = useSession()
  const name = usePage((state) => state.notebook!.name)
  const path = usePage((state) => state.notebook!.path)
  const notebooks = usePage((state) => state.app?.notebooks) ?? []
  return (
    <DropdownMenu.Root onOpenChange={(open) => void (open && session.lookForNotebooks())}>
      <DropdownMenu.Trigger className="notebook-name" title={path}>
        <h1>{name.replace(/\.(py|sql|ipynb)$/, '')}</h1>
        <ChevronDown />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="floating menu" align="start" sideOffset={4}>
          {notebooks.map((one) => (
            <DropdownMenu.Item key={one} onSelect={() => void session.open(one)}>
              <NotebookText />
              <span>{one}</span>
            </DropdownMenu.Item>
          ))}
          {notebooks.length > 0 ? <DropdownMenu.Separator /> : null}
          {path.endsWith('.ipynb') ? (
            <DropdownMenu.Item onSelect={() => void session.convert()}>
              <FileCode />
              Save as source notebook
            </DropdownMenu.Item>
          ) : null}
          <DropdownMenu.Item onSelect={() => session.store.setState({ dialog: 'create' })}>
            <CirclePlus />
            New notebook…
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

import { ChevronDown, CirclePlus, FileOutput, NotebookText, Play, Save, Square } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { usePage, useSession } from '../state/index.ts'
import { Parameters } from './Parameters.tsx'
import { Tip } from './Tip.tsx'

/** The notebook's name, what one does with the whole of it, and its parameters. */
export function Header() {
  const session = useSession()
  const dirty = usePage((state) => state.notebook!.dirty)
  const place = usePage((state) => state.place)
  const busy = usePage(({ notebook, runs }) =>
    notebook!.order.some((id) => runs[id]?.state === 'running' || runs[id]?.state === 'queued'),
  )
  return (
    <header className="header">
      <div className="header-row">
        <NotebookMenu />
        <span className={`unsaved ${dirty ? '' : 'quiet'}`}>{dirty ? 'unsaved' : 'saved'}</span>
        <span className="spring" />
        {busy ? (
          <Tip label="Stop what runs" command="stop">
            <button className="button stop" onClick={() => void session.interrupt()}>
              <Square fill="currentColor" />
              Stop
            </button>
          </Tip>
        ) : null}
        <Tip label="Run everything that is not fresh" command="run-all">
          <button className="button first" disabled={busy} onClick={() => void session.runAll()}>
            <Play fill="currentColor" />
            Run all
          </button>
        </Tip>
        <Tip label="Save the notebook" command="save">
          <button className="button" onClick={() => void session.save()}>
            <Save />
            Save
          </button>
        </Tip>
        {place === 'notebook' ? (
          <Tip label="Look at the job's files and write them" command="export">
            <button className="button" onClick={() => session.store.setState({ place: 'job' })}>
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
    <DropdownMenu.Root>
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
          <DropdownMenu.Item onSelect={() => session.store.setState({ dialog: 'create' })}>
            <CirclePlus />
            New notebook…
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

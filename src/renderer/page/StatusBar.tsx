import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { AppView, DiagnosticView } from '../../kernel/contract/index.ts'
import { commandById, keyLabel } from '../commands/index.ts'
import { cellName, revealCell, usePage, useSession } from '../state/index.ts'

/** The truth about engine, Python, drafts and problems, in one line; each part opens what it names. */
export function StatusBar() {
  const app = usePage((state) => state.app)
  const mode = usePage((state) => (state.notebook === null || state.place !== 'notebook' ? null : state.mode))
  const lost = usePage((state) => state.link === 'lost')
  if (app === null) return <footer className="status-bar" />
  if (lost) {
    return (
      <footer className="status-bar" data-lost>
        <span className="engine">
          <span className="dot" aria-hidden />
          Not connected to Dagbook
        </span>
        <span>{app.project.name}</span>
        <span className="spring" />
        {mode === null ? null : <ModeHint mode={mode} />}
      </footer>
    )
  }
  return (
    <footer className="status-bar">
      <span className="engine" data-engine={app.engine.state} title={app.engine.message}>
        <span className="dot" aria-hidden />
        {engineWords(app)}
      </span>
      <span title={app.python?.path}>{app.python === null ? 'No Python' : `Python ${app.python.version}`}</span>
      <Drafts app={app} />
      <Problems />
      <RunningNow />
      <span className="spring" />
      {mode === null ? null : <ModeHint mode={mode} />}
    </footer>
  )
}

function engineWords({ engine }: AppView): string {
  if (engine.state === 'off') return 'Spark starts when it is needed'
  return engine.state === 'ready' ? `${engine.message} ready` : engine.message
}

function ModeHint({ mode }: { mode: 'command' | 'edit' }) {
  const key = (id: string) => keyLabel(commandById(id).keys[0]!)
  return mode === 'edit' ? (
    <span className="quiet">
      <b>Editing</b> · {key('leave')} for cell keys
    </span>
  ) : (
    <span className="quiet">
      {key('edit')} edits · {key('insert-below')} adds a cell · {key('keys')} all keys
    </span>
  )
}

function Drafts({ app }: { app: AppView }) {
  const session = useSession()
  const count = app.drafts.length
  if (count === 0) return null
  return (
    <Popover.Root>
      <Popover.Trigger className="drafts">{count === 1 ? '1 draft' : `${count} drafts`}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="floating popover" side="top" align="start" sideOffset={6} collisionPadding={8}>
          <p className="popover-head">Tables changed here that are not in the project yet.</p>
          <ul className="plain-list">
            {app.drafts.map(({ table, change, cell }) => (
              <li key={table}>
                <button
                  className="draft"
                  disabled={cell === null}
                  onClick={() => cell !== null && revealCell(session.store, cell)}
                >
                  <code>{table}</code>
                  <span className="quiet">{change}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className="popover-foot">
            <Popover.Close className="button" onClick={() => void session.discardDrafts()}>
              Discard
            </Popover.Close>
            <Popover.Close className="button first" onClick={() => void session.saveDrafts()}>
              Save to project
            </Popover.Close>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

const severityIcons = { error: CircleAlert, warning: TriangleAlert, info: Info }
const ranks = { error: 0, warning: 1, info: 2 }

function Problems() {
  const { store } = useSession()
  const notebook = usePage((state) => state.notebook)
  if (notebook === null) return null
  const at = new Map(notebook.order.map((id, index) => [id, index]))
  const place = ({ cell }: DiagnosticView) => at.get(cell) ?? 0
  const problems = notebook.diagnostics
    .filter(({ cell }) => cell in notebook.cells)
    .toSorted((a, b) => ranks[a.severity] - ranks[b.severity] || place(a) - place(b))
  if (problems.length === 0) return <span className="quiet">No problems</span>
  const worst = problems[0]!.severity
  const Worst = severityIcons[worst]
  return (
    <Popover.Root>
      <Popover.Trigger data-severity={worst}>
        <Worst /> {problems.length === 1 ? '1 problem' : `${problems.length} problems`}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="floating popover"
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            // It led into a text: then the keyboard stays there.
            if (store.getState().mode === 'edit' || store.getState().dialog === 'fix') event.preventDefault()
          }}
        >
          <ul className="plain-list problems">
            {problems.map((problem, index) => (
              <Problem key={index} problem={problem} name={cellName(notebook.cells[problem.cell]!)} />
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Problem({ problem, name }: { problem: DiagnosticView; name: string }) {
  const session = useSession()
  const { store } = session
  const Icon = severityIcons[problem.severity]
  return (
    <li>
      <Popover.Close onClick={() => revealCell(store, problem.cell, problem.line)}>
        <span data-severity={problem.severity}>
          <Icon aria-label={problem.severity} />
        </span>
        <span>
          {problem.message}
          <small>
            {name}, line {problem.line} · {problem.code}
          </small>
        </span>
      </Popover.Close>
      {problem.fixable ? (
        <Popover.Close className="problem-fix" onClick={() => void session.lookForFixes(problem)}>
          Fix…
        </Popover.Close>
      ) : null}
    </li>
  )
}

/** What runs, wherever the page is scrolled to. */
function RunningNow() {
  const { store } = useSession()
  const running = usePage(({ notebook, runs }) => notebook?.order.find((id) => runs[id]?.state === 'running'))
  const queued = usePage(
    ({ notebook, runs }) => notebook?.order.filter((id) => runs[id]?.state === 'queued').length ?? 0,
  )
  const cell = usePage((state) => (running === undefined ? undefined : state.notebook?.cells[running]))
  if (running === undefined || cell === undefined) return null
  return (
    <button className="running-now" onClick={() => revealCell(store, running)}>
      Running {cellName(cell)}
      {queued > 0 ? `, ${queued} to come` : ''}
    </button>
  )
}

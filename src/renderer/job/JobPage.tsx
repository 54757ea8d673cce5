import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ExportFile, ExportView } from '../../kernel/contract/index.ts'
import { usePlan } from '../graph/index.ts'
import { useSession } from '../state/index.ts'
import { DiffView } from './DiffView.tsx'
import { TaskList } from './TaskList.tsx'
import './job.css'

/** The notebook as a job: its tasks, and the files that export would write. Nothing is written before one says so. */
export function JobPage() {
  const { plan, loading, refresh } = usePlan(true)
  if (plan === null)
    return <p className="job-note quiet">{loading ? 'Planning the job…' : 'There is no plan of this job.'}</p>
  // A new plan is a new choice of files.
  return (
    <Review key={plan.files.map(({ path, after }) => `${path}${after?.length}`).join()} plan={plan} refresh={refresh} />
  )
}

function Review({ plan, refresh }: { plan: ExportView; refresh: () => void }) {
  const session = useSession()
  const changed = plan.files.filter(({ before, after }) => before !== after)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(changed.map(({ path }) => path)))
  const [path, setPath] = useState(changed[0]?.path ?? plan.files[0]?.path ?? null)
  const [writing, setWriting] = useState(false)
  const file = plan.files.find((one) => one.path === path) ?? null
  const count = changed.filter((one) => chosen.has(one.path)).length
  const write = async () => {
    setWriting(true)
    await session.writeExport(changed.map((one) => one.path).filter((one) => chosen.has(one)))
    setWriting(false)
    refresh()
  }
  return (
    <div className="job">
      <aside className="job-side">
        <section>
          <h2>
            {plan.tasks.length === 1 ? '1 task' : `${plan.tasks.length} tasks`}{' '}
            <small className="quiet">{plan.name}</small>
          </h2>
          <TaskList tasks={plan.tasks} />
        </section>
        <section>
          <h2>
            Files <small className="quiet">{plan.folder}</small>
          </h2>
          <ul className="file-list">
            {plan.files.map((one) => (
              <FileRow
                key={one.path}
                file={one}
                name={one.path.startsWith(`${plan.folder}/`) ? one.path.slice(plan.folder.length + 1) : one.path}
                shown={one.path === path}
                chosen={chosen.has(one.path)}
                onShow={() => setPath(one.path)}
                onChoose={() => setChosen(toggled(chosen, one.path))}
              />
            ))}
          </ul>
        </section>
      </aside>
      <section className="job-review" aria-label="Review">
        {plan.refused.length > 0 ? <Refused reasons={plan.refused} /> : null}
        {file === null ? null : (
          <>
            <header className="diff-head">
              <code>{file.path}</code>
              <span className="quiet">{changeWord(file)}</span>
            </header>
            <DiffView key={file.path} file={file} />
          </>
        )}
        <footer className="job-foot">
          <span className="quiet">
            {plan.refused.length > 0
              ? 'It cannot be written as it is.'
              : changed.length === 0
                ? 'The files are as they should be.'
                : 'Nothing is written until you say so.'}
          </span>
          <span className="spring" />
          <button className="button" onClick={() => session.store.setState({ place: 'notebook' })}>
            Cancel
          </button>
          <button
            className="button first"
            disabled={count === 0 || plan.refused.length > 0 || writing}
            onClick={() => void write()}
          >
            {count === 0 ? 'Write files' : count === 1 ? 'Write 1 file' : `Write ${count} files`}
          </button>
        </footer>
      </section>
    </div>
  )
}

interface FileRowProps {
  readonly file: ExportFile
  readonly name: string
  readonly shown: boolean
  readonly chosen: boolean
  readonly onShow: () => void
  readonly onChoose: () => void
}

function FileRow({ file, name, shown, chosen, onShow, onChoose }: FileRowProps) {
  const word = changeWord(file)
  return (
    <li data-shown={shown ? '' : undefined}>
      <input
        type="checkbox"
        aria-label={`Write ${file.path}`}
        checked={word !== 'as it is' && chosen}
        disabled={word === 'as it is'}
        onChange={onChoose}
      />
      <button aria-current={shown ? 'true' : undefined} title={file.path} onClick={onShow}>
        <code>{name}</code>
        <small data-change={word}>{word}</small>
      </button>
    </li>
  )
}

function changeWord({ before, after }: ExportFile): string {
  if (before === after) return 'as it is'
  return before === null ? 'new' : after === null ? 'goes away' : 'changed'
}

function Refused({ reasons }: { reasons: readonly string[] }) {
  return (
    <ul className="refused" role="alert">
      {reasons.map((reason) => (
        <li key={reason}>
          <CircleAlert aria-hidden />
          {reason}
        </li>
      ))}
    </ul>
  )
}

function toggled(set: ReadonlySet<string>, item: string): Set<string> {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}

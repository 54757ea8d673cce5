import { CircleAlert, CircleCheck } from 'lucide-react'
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
  const [written, setWritten] = useState<readonly string[]>([])
  if (plan === null)
    return <p className="job-note quiet">{loading ? 'Planning the job…' : 'There is no plan of this job.'}</p>
  // A new plan is a new choice of files.
  return (
    <Review
      key={plan.files.map(({ path, after }) => `${path}${after?.length}`).join()}
      plan={plan}
      written={written}
      onWritten={(files) => {
        setWritten(files)
        refresh()
      }}
    />
  )
}

interface ReviewProps {
  readonly plan: ExportView
  /** The files that were written last. */
  readonly written: readonly string[]
  readonly onWritten: (files: readonly string[]) => void
}

function Review({ plan, written, onWritten }: ReviewProps) {
  const session = useSession()
  const changed = plan.files.filter(({ before, after }) => before !== after)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(changed.map(({ path }) => path)))
  const [path, setPath] = useState(changed[0]?.path ?? null)
  const [finished, setFinished] = useState<ExportView | null>(null)
  const file = plan.files.find((one) => one.path === path) ?? null
  const count = changed.filter((one) => chosen.has(one.path)).length
  const write = async () => {
    setFinished(plan)
    const files = await session.writeExport(changed.map((one) => one.path).filter((one) => chosen.has(one)))
    if (files === null) return setFinished(null)
    if (files.length === changed.length) setPath(null)
    onWritten(files)
  }
  // Until the plan is looked at anew it tells of what is written already.
  const writing = finished === plan
  const upToDate = changed.length === 0 && plan.refused.length === 0
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
        {file === null && (upToDate || writing) ? <UpToDate written={written} /> : null}
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
              : upToDate || writing
                ? ''
                : 'Nothing is written until you say so.'}
          </span>
          <span className="spring" />
          <button className="button" onClick={() => session.store.setState({ place: 'notebook' })}>
            {upToDate || writing ? 'Back to the notebook' : 'Cancel'}
          </button>
          {upToDate ? null : (
            <button
              className="button first"
              disabled={count === 0 || plan.refused.length > 0 || writing}
              onClick={() => void write()}
            >
              {count === 0 ? 'Write files' : count === 1 ? 'Write 1 file' : `Write ${count} files`}
            </button>
          )}
        </footer>
      </section>
    </div>
  )
}

/** What there is to see when nothing is left to write. */
function UpToDate({ written }: { written: readonly string[] }) {
  return (
    <div className="job-done">
      <h2>
        <CircleCheck aria-hidden /> The files are as they should be.
      </h2>
      {written.length === 0 ? (
        <p className="quiet">Export would write nothing new.</p>
      ) : (
        <>
          <p className="quiet">{written.length === 1 ? 'This one was written:' : 'These were written:'}</p>
          <ul>
            {written.map((path) => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </>
      )}
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

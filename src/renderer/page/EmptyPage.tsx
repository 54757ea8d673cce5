import { CirclePlus, NotebookText } from 'lucide-react'
import { usePage, useSession } from '../state/index.ts'

/** What there is to do while no notebook is open. */
export function EmptyPage() {
  const session = useSession()
  const app = usePage((state) => state.app)
  if (app === null) return null
  return (
    <div className="empty-page">
      <h1>{app.project.name}</h1>
      <p className="quiet">{app.project.path}</p>
      {app.notebooks.length === 0 ? <p>There is no notebook in this project yet.</p> : null}
      <ul className="plain-list">
        {app.notebooks.map((path) => (
          <li key={path}>
            <button className="button" onClick={() => void session.open(path)}>
              <NotebookText /> {path}
            </button>
          </li>
        ))}
        <li>
          <button className="button first" onClick={() => session.store.setState({ dialog: 'create' })}>
            <CirclePlus /> New notebook
          </button>
        </li>
      </ul>
    </div>
  )
}

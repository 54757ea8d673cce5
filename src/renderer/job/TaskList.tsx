import type { ExportView } from '../../kernel/contract/index.ts'

/** The tasks of the job, each with why it is one and what it gets from others. */
export function TaskList({ tasks }: { tasks: ExportView['tasks'] }) {
  return (
    <ol className="task-list">
      {tasks.map(({ key, cells, depends_on, handover, why }) => (
        <li key={key}>
          <details>
            <summary>
              <code>{key}</code>
              <small className="quiet">{cells.length === 1 ? '1 cell' : `${cells.length} cells`}</small>
            </summary>
            <p>{why}</p>
            {depends_on.length === 0 ? null : (
              <p className="quiet">
                after <code>{depends_on.join(', ')}</code>
              </p>
            )}
            {handover.in.map(({ name, from }) => (
              <p key={`${name} ${from}`} className="quiet">
                gets <code>{name}</code> from <code>{from}</code>
              </p>
            ))}
          </details>
        </li>
      ))}
    </ol>
  )
}

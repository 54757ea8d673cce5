import { Dialog } from 'radix-ui'
import { useId, useState } from 'react'
import type { Refusal } from '../../kernel/contract/index.ts'
import { usePage, useSession } from '../state/index.ts'

/** Asks for the file of a new notebook. */
export function CreateDialog() {
  const session = useSession()
  const open = usePage((state) => state.dialog === 'create')
  const [path, setPath] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const id = useId()
  const file = path.trim() === '' ? '' : /\.(py|sql|ipynb)$/.test(path.trim()) ? path.trim() : `${path.trim()}.py`
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(shown) => {
        setRefusal(null)
        session.store.setState({ dialog: shown ? 'create' : null })
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="floating dialog" aria-describedby={undefined}>
          <Dialog.Title asChild>
            <h2>New notebook</h2>
          </Dialog.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (file === '' || busy) return
              setBusy(true)
              void session.create(file).then((problem) => {
                setBusy(false)
                setRefusal(problem)
                if (problem !== null) return
                session.store.setState({ dialog: null })
                setPath('')
              })
            }}
          >
            <label htmlFor={id} className="form-label">
              File in the project
            </label>
            <input
              id={id}
              className="field wide mono"
              value={path}
              placeholder="reports/weekly.py"
              aria-invalid={refusal !== null}
              aria-describedby={`${id}-words`}
              onChange={(event) => {
                setPath(event.target.value)
                setRefusal(null)
              }}
            />
            {refusal === null ? (
              <p className="quiet" id={`${id}-words`}>
                {file === '' ? 'Ends in .py, .sql or .ipynb.' : `Makes ${file}.`}
              </p>
            ) : (
              <p className="form-problem" id={`${id}-words`} role="alert">
                {refusal.what} {refusal.todo} <span className="quiet">{refusal.code}</span>
              </p>
            )}
            <div className="popover-foot">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button className="button first" disabled={file === '' || busy}>
                Create
              </button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

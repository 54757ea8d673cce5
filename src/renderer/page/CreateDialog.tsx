import { Dialog } from 'radix-ui'
import { useId, useState } from 'react'
import { usePage, useSession } from '../state/index.ts'

/** Asks for the file of a new notebook. */
export function CreateDialog() {
  const session = useSession()
  const open = usePage((state) => state.dialog === 'create')
  const [path, setPath] = useState('')
  const id = useId()
  const file = path.trim() === '' ? '' : /\.(py|sql)$/.test(path.trim()) ? path.trim() : `${path.trim()}.py`
  return (
    <Dialog.Root open={open} onOpenChange={(shown) => session.store.setState({ dialog: shown ? 'create' : null })}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="floating dialog" aria-describedby={undefined}>
          <Dialog.Title asChild>
            <h2>New notebook</h2>
          </Dialog.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (file === '') return
              session.store.setState({ dialog: null })
              setPath('')
              void session.create(file)
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
              onChange={(event) => setPath(event.target.value)}
            />
            <p className="quiet">{file === '' ? 'Ends in .py or .sql.' : `Makes ${file}.`}</p>
            <div className="popover-foot">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button className="button first" disabled={file === ''}>
                Create
              </button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

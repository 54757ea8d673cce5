import { Dialog } from 'radix-ui'
import { DiffView } from '../job/index.ts'
import { usePage, useSession } from '../state/index.ts'

/** The notebook beside its file, when the two went different ways: nothing is thrown away before one has chosen. */
export function CompareDialog() {
  const session = useSession()
  const { store } = session
  const open = usePage((state) => state.dialog === 'compare')
  const compared = usePage((state) => state.compared)
  const path = usePage((state) => state.notebook?.path ?? '')
  if (compared === null) return null
  const { mine, file } = compared
  const close = () => store.setState({ dialog: null, compared: null })
  const choose = (what: () => Promise<void>) => {
    close()
    void what()
  }
  return (
    <Dialog.Root open={open} onOpenChange={(shown) => (shown ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="floating dialog compare-dialog">
          <Dialog.Title asChild>
            <h2>{file === null ? 'The file is gone' : 'Your text and the file differ'}</h2>
          </Dialog.Title>
          <Dialog.Description className="compare-words">
            {file === null ? (
              <>
                <code>{path}</code> was deleted or moved since it was read. Keep yours to write it again.
              </>
            ) : mine === file ? (
              <>
                <code>{path}</code> has the same text as this page.
              </>
            ) : (
              <>
                <code>{path}</code> was changed outside, or your edits are not saved yet.{' '}
                <span className="compare-key">
                  <b data-kind="removed">− in the file only</b> <b data-kind="added">+ in your text only</b>
                </span>
              </>
            )}
          </Dialog.Description>
          {file === null || mine === file ? null : <DiffView file={{ path, before: file, after: mine }} />}
          <div className="popover-foot">
            <button className="button" onClick={close}>
              Decide later
            </button>
            {file === null ? null : (
              <button className="button" onClick={() => choose(() => session.takeFile())}>
                Take the file’s
              </button>
            )}
            <button className="button first" onClick={() => choose(() => session.save(true))}>
              Keep mine
            </button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

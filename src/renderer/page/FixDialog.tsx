import { Dialog, RadioGroup } from 'radix-ui'
import { useMemo, useRef, useState } from 'react'
import type { FixView } from '../../kernel/contract/index.ts'
import { DiffView } from '../job/index.ts'
import { editNotebook, notebookText, usePage, useSession, type Fixing, type Notebook } from '../state/index.ts'

/** What a remark means, the changes that would mend it, and what the chosen one would do: nothing happens before one says so. */
export function FixDialog() {
  const { store } = useSession()
  const fixing = usePage((state) => (state.dialog === 'fix' ? state.fixing : null))
  const notebook = usePage((state) => state.notebook)
  const before = useRef<Element | null>(null)
  if (fixing === null || notebook === null) return null
  const close = () => store.setState({ dialog: null, fixing: null })
  return (
    <Dialog.Root open onOpenChange={(shown) => (shown ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="floating dialog compare-dialog fix-dialog"
          // Not `autoFocus`: that would make the dialog forget where the keyboard was.
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            before.current = document.activeElement
            const content = event.target as HTMLElement
            content.querySelector<HTMLElement>('.popover-foot button:last-child')?.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            // The button that led here may be gone with its remark.
            const { selected } = store.getState()
            const place = before.current?.isConnected ? before.current : document.getElementById(`cell-${selected}`)
            if (place instanceof HTMLElement) place.focus()
          }}
        >
          <FixChoice fixing={fixing} notebook={notebook} close={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function FixChoice({ fixing, notebook, close }: { fixing: Fixing; notebook: Notebook; close: () => void }) {
  const session = useSession()
  const [chosen, setChosen] = useState(0)
  const { remark, title, explanation, fixes } = fixing
  const fix = fixes[chosen]
  return (
    <>
      <Dialog.Title asChild>
        <h2>{title}</h2>
      </Dialog.Title>
      <Dialog.Description className="compare-words">
        {remark.message} <span className="quiet">{explanation}</span>
      </Dialog.Description>
      {fix === undefined ? <p className="compare-words">Dagbook knows no safe change for this one.</p> : null}
      {fixes.length > 1 ? (
        <RadioGroup.Root
          className="fix-choice"
          aria-label="What to change"
          value={String(chosen)}
          onValueChange={(value) => setChosen(Number(value))}
        >
          {fixes.map((each, index) => (
            <RadioGroup.Item key={index} value={String(index)} className="fix-option">
              <span className="fix-dot" aria-hidden />
              {each.title}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
      ) : null}
      {fix === undefined ? null : <Preview fix={fix} notebook={notebook} />}
      <div className="popover-foot">
        <button className="button" onClick={close}>
          {fix === undefined ? 'Close' : 'Cancel'}
        </button>
        {fix === undefined ? null : (
          <button
            className="button first"
            onClick={() => {
              close()
              session.applyFix(fix)
            }}
          >
            {fixes.length > 1 ? 'Apply' : fix.title}
          </button>
        )}
      </div>
    </>
  )
}

function Preview({ fix, notebook }: { fix: FixView; notebook: Notebook }) {
  const file = useMemo(
    () => ({
      path: `${notebook.name}.py`,
      before: notebookText(notebook),
      after: notebookText(fix.edits.reduce(editNotebook, notebook)),
    }),
    [fix, notebook],
  )
  return <DiffView key={fix.title} file={file} />
}

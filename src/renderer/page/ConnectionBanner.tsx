import { Unplug } from 'lucide-react'
import { useState } from 'react'
import { notebookText, usePage, useSession } from '../state/index.ts'

/** Says that Dagbook does not answer, and what one can do about it. */
export function ConnectionBanner() {
  const { host, store } = useSession()
  const lost = usePage((state) => state.link === 'lost')
  const open = usePage((state) => state.notebook !== null)
  const [copied, setCopied] = useState(false)
  if (!lost) return null
  const copy = () => {
    const { notebook } = store.getState()
    if (notebook !== null) void navigator.clipboard.writeText(notebookText(notebook)).then(() => setCopied(true))
  }
  return (
    <div className="banner" role="alert">
      <Unplug aria-hidden />
      <p>
        <b>Connection lost: Dagbook does not answer.</b>{' '}
        {host.startsAgain
          ? 'It starts again by itself; your edits are kept in this page until then.'
          : 'Your edits are kept. If Dagbook has ended, start it again: this page comes back by itself when the same ' +
            'address answers, and a new address shows the notebook as you left it, but for the last moment.'}
      </p>
      {open ? (
        <button className="button" onClick={copy}>
          {copied ? 'Copied' : 'Copy notebook text'}
        </button>
      ) : null}
    </div>
  )
}

import { X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { usePage, useSession, type Notice } from '../state/index.ts'

/** Short messages at the foot of the page. Those that say something went wrong stay until they are closed. */
export function Notices() {
  const notices = usePage((state) => state.notices)
  return (
    <Toast.Provider swipeDirection="down">
      {notices.map((notice) => (
        <NoticeToast key={notice.id} notice={notice} />
      ))}
      <Toast.Viewport className="notices" label="Messages" />
    </Toast.Provider>
  )
}

function NoticeToast({ notice }: { notice: Notice }) {
  const session = useSession()
  const { id, tone, text, todo, code, actions } = notice
  return (
    <Toast.Root
      className={`floating notice ${tone}`}
      type={tone === 'bad' ? 'foreground' : 'background'}
      duration={tone === 'plain' ? 8000 : Infinity}
      onOpenChange={(open) => {
        if (!open) session.dismiss(id)
      }}
    >
      <Toast.Description className="notice-text">
        {text} {todo} {code === '' ? null : <span className="quiet">{code}</span>}
      </Toast.Description>
      {actions.map(({ label, run }) => (
        <Toast.Action key={label} className="button" altText={label} onClick={run}>
          {label}
        </Toast.Action>
      ))}
      <Toast.Close className="icon-button" aria-label="Close">
        <X />
      </Toast.Close>
    </Toast.Root>
  )
}

/** Tells screen readers what happened: runs that ended, cells that moved. */
export function Announcer() {
  const said = usePage((state) => state.said)
  return (
    <div className="hidden-words" role="status" aria-live="polite">
      {said}
    </div>
  )
}

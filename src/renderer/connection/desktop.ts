import { BrowserMessageReader, BrowserMessageWriter, createMessageConnection } from 'vscode-jsonrpc/browser'
import type { Link } from './link.ts'
import { replaceableLink } from './replaceable.ts'

/**
 * The kernel behind the message ports that the desktop app hands over: one at first, and another whenever the kernel was started
 * again. Resolves when it is first reached. The page asks the preload script (`src/main/preload.ts`), so that it does not matter
 * who is ready first; a port cannot pass Electron's context bridge, but a window message can carry it.
 */
export function connectDesktop(): Promise<Link> {
  const { link, take, lose } = replaceableLink()
  return new Promise((resolve) => {
    window.addEventListener('message', (event) => {
      const [port] = event.ports
      if (event.source !== window || event.data !== 'dagbook-kernel' || port === undefined) return
      const connection = createMessageConnection(new BrowserMessageReader(port), new BrowserMessageWriter(port))
      port.addEventListener('close', () => lose(connection))
      take(connection)
      port.start()
      resolve(link)
    })
    window.postMessage('dagbook-ask-kernel', location.origin)
  })
}

import { BrowserMessageReader, BrowserMessageWriter, createMessageConnection } from 'vscode-jsonrpc/browser'
import type { Link } from './link.ts'
import { rpcKernel } from './rpc.ts'

/** The kernel behind the message port that the desktop app hands over. */
export async function connectDesktop(): Promise<Link> {
  const port = await kernelPort()
  const connection = createMessageConnection(new BrowserMessageReader(port), new BrowserMessageWriter(port))
  const kernel = rpcKernel(connection, () => true)
  connection.listen()
  port.start()
  return { ...kernel, status: () => 'open', onStatus: () => () => undefined }
}

/**
 * Asks the preload script (`src/main/preload.ts`) for the port. A port cannot pass Electron's context bridge; a window message
 * can carry it. The page asks, so that it does not matter who is ready first.
 */
function kernelPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    window.addEventListener('message', function take(event) {
      const [port] = event.ports
      if (event.source !== window || event.data !== 'dagbook-kernel' || port === undefined) return
      window.removeEventListener('message', take)
      resolve(port)
    })
    window.postMessage('dagbook-ask-kernel', location.origin)
  })
}

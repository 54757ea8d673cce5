import { createMessageConnection } from 'vscode-jsonrpc/browser'
import type { MessageConnection } from 'vscode-jsonrpc/browser'
import type { Link } from './link.ts'
import { replaceableLink } from './replaceable.ts'
import { SocketReader, SocketWriter } from './socket.ts'

const firstDelay = 250
const longestDelay = 2000

/**
 * The kernel behind the WebSocket `/kernel` of the origin that served the page. Resolves when it is first reached. When the
 * connection breaks it is tried again, after waits that double up to 2 seconds, for as long as the page is open.
 */
export function connectWeb(): Promise<Link> {
  const { link, take, lose } = replaceableLink()
  let delay = firstDelay

  return new Promise((resolve) => {
    const dial = () => {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/kernel`)
      let connection: MessageConnection | null = null
      socket.addEventListener('open', () => {
        delay = firstDelay
        connection = createMessageConnection(new SocketReader(socket), new SocketWriter(socket))
        take(connection)
        resolve(link)
      })
      socket.addEventListener('close', () => {
        if (connection !== null) lose(connection)
        setTimeout(dial, delay)
        delay = Math.min(delay * 2, longestDelay)
      })
    }
    dial()
  })
}

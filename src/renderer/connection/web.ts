import { createMessageConnection } from 'vscode-jsonrpc/browser'
import type { MessageConnection } from 'vscode-jsonrpc/browser'
import { ConnectionLost, type Link, type LinkStatus } from './link.ts'
import { Listeners, sendRequest } from './rpc.ts'
import { SocketReader, SocketWriter } from './socket.ts'

const firstDelay = 250
const longestDelay = 8000

/**
 * The kernel behind the WebSocket `/kernel` of the origin that served the page. Resolves when it is first reached. When the
 * connection breaks it is tried again, after waits that double up to 8 seconds, for as long as the page is open.
 */
export function connectWeb(): Promise<Link> {
  const listeners = new Listeners()
  const watchers = new Set<(status: LinkStatus) => void>()
  let connection: MessageConnection | null = null
  let delay = firstDelay

  const link: Link = {
    request(method, params) {
      const current = connection
      if (current === null) return Promise.reject(new ConnectionLost())
      return sendRequest(current, () => connection === current, method, params)
    },
    on: (topic, listener) => listeners.on(topic, listener),
    status: () => (connection === null ? 'lost' : 'open'),
    onStatus(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
  }
  const tell = () => {
    for (const watcher of watchers) watcher(link.status())
  }

  return new Promise((resolve) => {
    const dial = () => {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/kernel`)
      socket.addEventListener('open', () => {
        delay = firstDelay
        connection = createMessageConnection(new SocketReader(socket), new SocketWriter(socket))
        listeners.attach(connection)
        connection.listen()
        resolve(link)
        tell()
      })
      socket.addEventListener('close', () => {
        const broken = connection
        connection = null
        if (broken !== null) {
          broken.dispose()
          tell()
        }
        setTimeout(dial, delay)
        delay = Math.min(delay * 2, longestDelay)
      })
    }
    dial()
  })
}

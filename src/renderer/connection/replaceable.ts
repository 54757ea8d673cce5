import type { MessageConnection } from 'vscode-jsonrpc/browser'
import { ConnectionLost, type Link, type LinkStatus } from './link.ts'
import { Listeners, sendRequest } from './rpc.ts'

/** A link, and what its host does to it as connections come and go. */
export interface Replaceable {
  readonly link: Link
  /** Speaks over `connection` from now on. */
  readonly take: (connection: MessageConnection) => void
  /** `connection` is broken: what was asked on it is refused with `ConnectionLost`. */
  readonly lose: (connection: MessageConnection) => void
}

/** A link that is lost until it is given a connection, and whenever that breaks. Those who listen stay. */
export function replaceableLink(): Replaceable {
  const listeners = new Listeners()
  const watchers = new Set<(status: LinkStatus) => void>()
  let current: MessageConnection | null = null

  const link: Link = {
    request(method, params) {
      const connection = current
      if (connection === null) return Promise.reject(new ConnectionLost())
      return sendRequest(connection, () => connection === current, method, params)
    },
    on: (topic, listener) => listeners.on(topic, listener),
    status: () => (current === null ? 'lost' : 'open'),
    onStatus(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
  }
  const become = (next: MessageConnection | null): void => {
    current = next
    for (const watcher of watchers) watcher(link.status())
  }
  return {
    link,
    take(connection) {
      listeners.attach(connection)
      connection.listen()
      become(connection)
    },
    lose(connection) {
      if (current === connection) become(null)
      connection.dispose()
    },
  }
}

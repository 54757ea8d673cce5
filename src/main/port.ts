import type { Message, MessageConnection } from 'vscode-jsonrpc/node'
import { connectionOver } from './json-rpc.ts'

/** What Electron's message ports in main and utility processes have in common. */
export interface Port {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  start(): void
  close(): void
}

/** A JSON-RPC connection over a message port. */
export function portConnection(port: Port): MessageConnection {
  return connectionOver({
    send: (message) => port.postMessage(message),
    close: () => port.close(),
    onClose: (closed) => void port.on('close', closed),
    listen: (received) => {
      let open = true
      port.on('message', ({ data }) => {
        if (open) received(data as Message)
      })
      port.start()
      return () => void (open = false)
    },
  })
}

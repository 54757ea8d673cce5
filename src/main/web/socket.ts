import type { Message, MessageConnection } from 'vscode-jsonrpc/node'
import type { WebSocket } from 'ws'
import { connectionOver } from '../json-rpc.ts'

/** A JSON-RPC connection over a WebSocket: one message for each text frame. */
export function socketConnection(socket: WebSocket): MessageConnection {
  return connectionOver({
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
    },
    close: () => socket.close(),
    onClose: (closed) => void socket.on('close', closed),
    listen: (received, failed) => {
      const onMessage = (data: Buffer): void => {
        try {
          received(JSON.parse(data.toString('utf8')) as Message)
        } catch (error) {
          failed(error instanceof Error ? error : new Error(String(error)))
        }
      }
      socket.on('message', onMessage)
      socket.on('error', failed)
      return () => void socket.off('message', onMessage)
    },
  })
}

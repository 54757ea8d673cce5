import { AbstractMessageReader, AbstractMessageWriter } from 'vscode-jsonrpc/browser'
import type { DataCallback, Message, MessageReader, MessageWriter } from 'vscode-jsonrpc/browser'

/** Reads JSON-RPC from an open WebSocket: one message per text frame. */
export class SocketReader extends AbstractMessageReader implements MessageReader {
  private readonly socket: WebSocket

  constructor(socket: WebSocket) {
    super()
    this.socket = socket
    socket.addEventListener('close', () => this.fireClose())
  }

  listen(callback: DataCallback): { dispose(): void } {
    const hear = (event: MessageEvent) => {
      try {
        callback(JSON.parse(String(event.data)) as Message)
      } catch (error) {
        this.fireError(error)
      }
    }
    this.socket.addEventListener('message', hear)
    return { dispose: () => this.socket.removeEventListener('message', hear) }
  }
}

/** Writes JSON-RPC to an open WebSocket. */
export class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  private readonly socket: WebSocket

  constructor(socket: WebSocket) {
    super()
    this.socket = socket
    socket.addEventListener('close', () => this.fireClose())
  }

  write(message: Message): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('The socket is closed.'))
    this.socket.send(JSON.stringify(message))
    return Promise.resolve()
  }

  end(): void {}
}

import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node'
import type { WebSocket } from 'ws'

/** A JSON-RPC connection over a WebSocket: one message for each text frame. */
export function socketConnection(socket: WebSocket): MessageConnection {
  return createMessageConnection(new SocketReader(socket), new SocketWriter(socket))
}

class SocketReader extends AbstractMessageReader {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    super()
    this.#socket = socket
    socket.on('close', () => this.fireClose())
    socket.on('error', (error) => this.fireError(error))
  }

  override listen(callback: DataCallback): Disposable {
    const onMessage = (data: Buffer): void => {
      try {
        callback(JSON.parse(data.toString('utf8')) as Message)
      } catch (error) {
        this.fireError(error instanceof Error ? error : new Error(String(error)))
      }
    }
    this.#socket.on('message', onMessage)
    return { dispose: () => void this.#socket.off('message', onMessage) }
  }
}

class SocketWriter extends AbstractMessageWriter {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    super()
    this.#socket = socket
  }

  async write(message: Message): Promise<void> {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  end(): void {
    this.#socket.close()
  }
}

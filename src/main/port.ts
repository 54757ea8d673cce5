import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node'

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
  return createMessageConnection(new PortReader(port), new PortWriter(port))
}

class PortReader extends AbstractMessageReader {
  readonly #port: Port

  constructor(port: Port) {
    super()
    this.#port = port
    port.on('close', () => this.fireClose())
  }

  override listen(callback: DataCallback): Disposable {
    let open = true
    this.#port.on('message', ({ data }) => {
      if (open) callback(data as Message)
    })
    this.#port.start()
    return { dispose: () => void (open = false) }
  }
}

class PortWriter extends AbstractMessageWriter {
  readonly #port: Port

  constructor(port: Port) {
    super()
    this.#port = port
  }

  async write(message: Message): Promise<void> {
    this.#port.postMessage(message)
  }

  end(): void {
    this.#port.close()
  }
}

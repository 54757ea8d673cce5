import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node'

/** What carries messages between a page and the kernel: a WebSocket or a message port. */
export interface Channel {
  send(message: Message): void
  close(): void
  /** Hands on every message from now on; the answer stops that. A message that cannot be read is reported to `failed`. */
  listen(received: (message: Message) => void, failed: (error: Error) => void): () => void
  onClose(closed: () => void): void
}

/** A JSON-RPC connection over a channel. */
export function connectionOver(channel: Channel): MessageConnection {
  return createMessageConnection(new Reader(channel), new Writer(channel))
}

class Reader extends AbstractMessageReader {
  readonly #channel: Channel

  constructor(channel: Channel) {
    super()
    this.#channel = channel
    channel.onClose(() => this.fireClose())
  }

  override listen(callback: DataCallback): Disposable {
    return { dispose: this.#channel.listen(callback, (error) => this.fireError(error)) }
  }
}

class Writer extends AbstractMessageWriter {
  readonly #channel: Channel

  constructor(channel: Channel) {
    super()
    this.#channel = channel
  }

  async write(message: Message): Promise<void> {
    this.#channel.send(message)
  }

  end(): void {
    this.#channel.close()
  }
}

/** One message on a pipe: u32 length of the header, u32 length of the body (little endian), JSON header, raw body. */
export interface Frame {
  /** Parsed JSON, not checked. */
  readonly header: unknown
  readonly body: Buffer
}

const LENGTHS = 8

/** The bytes of one frame. */
export function encodeFrame(header: unknown, body: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.from(JSON.stringify(header))
  const lengths = Buffer.alloc(LENGTHS)
  lengths.writeUInt32LE(head.length, 0)
  lengths.writeUInt32LE(body.length, 4)
  return Buffer.concat([lengths, head, body])
}

/** Puts frames together from the chunks that a pipe delivers. */
export class FrameReader {
  #chunks: Buffer[] = []
  #size = 0
  #wanted = LENGTHS

  /** The frames that are complete now. Throws a SyntaxError if a header is not JSON. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size < this.#wanted) return []
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const frames: Frame[] = []
    while (rest.length >= (this.#wanted = frameLength(rest))) {
      const head = LENGTHS + rest.readUInt32LE(0)
      const header: unknown = JSON.parse(rest.toString('utf8', LENGTHS, head))
      frames.push({ header, body: rest.subarray(head, this.#wanted) })
      rest = rest.subarray(this.#wanted)
    }
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
    return frames
  }
}

function frameLength(bytes: Buffer): number {
  return bytes.length < LENGTHS ? LENGTHS : LENGTHS + bytes.readUInt32LE(0) + bytes.readUInt32LE(4)
}

import { Problem } from '../problem/index.ts'
import { lineText, splitLines } from './lines.ts'

/** The mark that some programs put before UTF-8 text. It belongs to the preamble, and is kept. */
const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf]

export function startsWithMark(bytes: Uint8Array): boolean {
  return byteOrderMark.every((byte, index) => bytes[index] === byte)
}

/** How many bytes the mark has. */
export const markLength = byteOrderMark.length

/** The text of a file. Throws `DB-1002` with the first byte that is not UTF-8. */
export function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const at = firstBadByte(bytes)
    const line = 1 + bytes.subarray(0, at).reduce((count, byte) => (byte === 10 ? count + 1 : count), 0)
    const byte = bytes[at]!.toString(16).padStart(2, '0')
    throw new Problem('DB-1002', `The file is not UTF-8: byte ${at + 1} is 0x${byte}.`, { path, line })
  }
}

/** The index of the first byte that is not part of valid UTF-8: decoding restores all before it, and puts U+FFFD there. */
function firstBadByte(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const encoder = new TextEncoder()
  let at = 0
  for (const character of text) {
    const size = encoder.encode(character).length
    if (character === '\ufffd' && !(bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)) return at
    at += size
  }
  return bytes.length - 1
}

/** The line of an unresolved conflict: its three markers, in order, at the start of lines; 0 for none. */
export function conflictLine(text: string): number {
  if (!text.includes('<<<<<<<') || !text.includes('>>>>>>>')) return 0
  let open = 0
  let middle = false
  for (const [index, raw] of splitLines(text).entries()) {
    const line = lineText(raw)
    if (/^<{7}(?: |$)/.test(line)) {
      open = index + 1
      middle = false
    } else if (open > 0 && /^={7}$/.test(line)) middle = true
    else if (middle && /^>{7}(?: |$)/.test(line)) return open
  }
  return 0
}

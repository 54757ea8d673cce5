/** How a piece of terminal text looks. Colours are numbers of the palette (0–255) or `#rrggbb`. */
export interface TextStyle {
  readonly ink?: number | string
  readonly ground?: number | string
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
}

export interface TextPiece {
  readonly text: string
  readonly style: TextStyle
}

export type TextLine = readonly TextPiece[]

const plain: TextStyle = {}
// One escape sequence, one control sign, or a run of ordinary text.
const token = /\x1b\[([0-9;:?]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|[\r\n\b]|[^\x1b\r\n\b]+|\x1b/g

/**
 * The lines that a terminal would show: colours applied, `\r` and `\b` overwriting what stood there, other control sequences
 * dropped. Sequences that move the cursor elsewhere are dropped too; they are for full-screen programs.
 */
export function terminalLines(text: string): TextLine[] {
  const lines: TextLine[] = []
  let line = new Line()
  let style = plain
  for (const [whole, params, command] of text.matchAll(token)) {
    if (whole === '\n') {
      lines.push(line.pieces())
      line = new Line()
    } else if (whole === '\r') line.column = 0
    else if (whole === '\b') line.column = Math.max(0, line.column - 1)
    else if (command === 'm') style = restyle(style, params ?? '')
    else if (command === 'K') line.erase(params ?? '')
    else if (!whole.startsWith('\x1b')) line.write(whole, style)
  }
  if (!line.empty()) lines.push(line.pieces())
  return lines
}

/** One line while it is written. Text that is only appended, the common case, is kept whole. */
class Line {
  column = 0
  private length = 0
  private parts: TextPiece[] = []

  empty(): boolean {
    return this.length === 0
  }

  write(text: string, style: TextStyle): void {
    const end = this.column + text.length
    if (this.column < this.length) {
      const kept = overwrite(this.parts, this.column, end)
      this.parts = end >= this.length ? [...kept, { text, style }] : insertAt(kept, this.column, { text, style })
    } else this.parts.push({ text, style })
    this.column = end
    this.length = Math.max(this.length, end)
  }

  /** `K`: erases to the end of the line, to its start (`1`), or all of it (`2`). */
  erase(what: string): void {
    if (what === '2') this.parts = []
    else if (what === '1') return
    else this.parts = overwrite(this.parts, this.column, this.length)
    this.length = this.parts.reduce((sum, part) => sum + part.text.length, 0)
    this.column = Math.min(this.column, this.length)
  }

  pieces(): TextLine {
    const joined: TextPiece[] = []
    for (const part of this.parts) {
      const last = joined.at(-1)
      if (last !== undefined && last.style === part.style)
        joined[joined.length - 1] = { ...last, text: last.text + part.text }
      else if (part.text !== '') joined.push(part)
    }
    return joined
  }
}

/** The pieces without what stands between the columns `from` and `to`. */
function overwrite(parts: readonly TextPiece[], from: number, to: number): TextPiece[] {
  let start = 0
  return parts.flatMap((part) => {
    const [a, b] = [from - start, to - start]
    start += part.text.length
    if (b <= 0 || a >= part.text.length) return [part]
    const kept = [part.text.slice(0, Math.max(0, a)), part.text.slice(b)]
    return kept.filter((text) => text !== '').map((text) => ({ ...part, text }))
  })
}

function insertAt(parts: readonly TextPiece[], column: number, piece: TextPiece): TextPiece[] {
  let start = 0
  for (const [at, part] of parts.entries()) {
    if (column < start + part.text.length) {
      const [before, after] = [part.text.slice(0, column - start), part.text.slice(column - start)]
      const split = [{ ...part, text: before }, piece, { ...part, text: after }].filter(({ text }) => text !== '')
      return [...parts.slice(0, at), ...split, ...parts.slice(at + 1)]
    }
    start += part.text.length
  }
  return [...parts, piece]
}

function restyle(style: TextStyle, params: string): TextStyle {
  const codes = params.split(/[;:]/).map(Number)
  let next: TextStyle = style
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!
    if (code === 0) next = plain
    else if (code === 1) next = { ...next, bold: true }
    else if (code === 2) next = { ...next, dim: true }
    else if (code === 3) next = { ...next, italic: true }
    else if (code === 4) next = { ...next, underline: true }
    else if (code === 22) next = without(next, 'bold', 'dim')
    else if (code === 23) next = without(next, 'italic')
    else if (code === 24) next = without(next, 'underline')
    else if (code === 39) next = without(next, 'ink')
    else if (code === 49) next = without(next, 'ground')
    else if (code >= 30 && code <= 37) next = { ...next, ink: code - 30 }
    else if (code >= 90 && code <= 97) next = { ...next, ink: code - 82 }
    else if (code >= 40 && code <= 47) next = { ...next, ground: code - 40 }
    else if (code >= 100 && code <= 107) next = { ...next, ground: code - 92 }
    else if (code === 38 || code === 48) {
      const [colour, used] = longColour(codes.slice(at + 1))
      if (colour !== null) next = { ...next, [code === 38 ? 'ink' : 'ground']: colour }
      at += used
    }
  }
  return next
}

/** `5;n` or `2;r;g;b`, and how many numbers that took. */
function longColour([form, ...rest]: readonly number[]): [number | string | null, number] {
  if (form === 5) return [rest[0] ?? null, 2]
  if (form !== 2) return [null, 1]
  const hex = rest.slice(0, 3).map((part) => Math.min(255, part).toString(16).padStart(2, '0'))
  return [`#${hex.join('')}`, 4]
}

function without(style: TextStyle, ...names: (keyof TextStyle)[]): TextStyle {
  return Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name as keyof TextStyle)))
}

/** The end of a long text, from the start of a line, so that growing output costs the same at every length. */
export function textTail(text: string, most: number): string {
  if (text.length <= most) return text
  const from = text.length - most
  const cut = text.slice(from).search(/[\r\n]/)
  return cut < 0 ? text.slice(from) : text.slice(from + cut + 1)
}

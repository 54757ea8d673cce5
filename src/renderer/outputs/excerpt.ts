import { terminalLines, textTail, type TextLine } from './terminal.ts'

/** The beginning and the end of a long text, and words for what is between. */
export interface Excerpt {
  readonly head: readonly TextLine[]
  readonly tail: readonly TextLine[]
  /** Such as `6,645 lines are left out`. */
  readonly leftOut: string
  /** What the button says that shows all of it. */
  readonly showAll: string
}

const headLines = 20
const tailLines = 180
const longLine = 2000
const mostText = 64 * 1024

/** What to show of a text at first; null: all of it. It costs the same however long the text has grown. */
export function excerptOf(text: string): Excerpt | null {
  const count = countLines(text)
  if (count <= headLines + tailLines && text.length <= mostText) return null
  const from = lineStart(text, headLines)
  const headText = text.slice(0, Math.min(from, mostText / 4))
  const wholeHead = headText.length === from
  // Never so far back that a line were shown twice.
  const rest = text.slice(headText.length)
  const tailText = endOf(rest, mostText / 2)
  const tail = terminalLines(tailText)
  const tailShown = tail.slice(-tailLines)
  const head = terminalLines(headText)
  const wholeTail = tailText === '' || rest.length === tailText.length || rest.at(-1 - tailText.length) === '\n'
  if (wholeHead && wholeTail && count > headLines + tailShown.length) {
    const missing = count - headLines - tailShown.length
    return {
      head,
      tail: tailShown,
      leftOut: `${number(missing)} ${missing === 1 ? 'line is' : 'lines are'} left out here.`,
      showAll: `Show all ${number(count)} lines`,
    }
  }
  const start = text.slice(0, longLine)
  const end = text.slice(-longLine)
  return {
    head: terminalLines(start),
    tail: terminalLines(end),
    leftOut: `${number(text.length - start.length - end.length)} characters are left out here.`,
    showAll: `Show all ${number(text.length)} characters`,
  }
}

/** The end of a text, from the start of a line if there is one in the last `most` characters. */
function endOf(text: string, most: number): string {
  return text.length <= most ? text : textTail(text, most)
}

/** Where the line with this number begins, from 0; the end of the text if there are fewer. */
function lineStart(text: string, line: number): number {
  let at = 0
  for (let count = 0; count < line; count++) {
    const end = text.indexOf('\n', at)
    if (end < 0) return text.length
    at = end + 1
  }
  return at
}

function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

function number(count: number): string {
  return count.toLocaleString('en')
}

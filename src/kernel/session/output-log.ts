import type { OutputItem } from '../contract/index.ts'

/** How many characters of text are kept of the beginning and of the end of what one run prints. */
const KEPT = 200_000

type Stream = 'stdout' | 'stderr'

/** What a run put out, in order, with neighbouring pieces of one stream joined. Of very long text the beginning and the end are kept. */
export class OutputLog {
  readonly #head: OutputItem[] = []
  #headText = 0
  #tail: { readonly stream: Stream; readonly text: string }[] = []
  #tailText = 0
  #leftOut = 0

  /** Adds printed text. Returns what a page should show of it now; null: nothing, the beginning is full. */
  stream(stream: Stream, text: string): OutputItem | null {
    const room = KEPT - this.#headText
    const first = text.slice(0, Math.max(0, room))
    this.#headText += first.length
    if (first !== '') join(this.#head, stream, first)
    if (first.length < text.length) this.#keepEnd(stream, text.slice(first.length))
    return first === '' ? null : { type: 'stream', stream, text: first }
  }

  display(data: Record<string, unknown>): OutputItem {
    const item: OutputItem = { type: 'display', data }
    this.#head.push(item)
    return item
  }

  get items(): readonly OutputItem[] {
    if (this.#tail.length === 0) return this.#head
    const items = [...this.#head]
    const lines = `${this.#leftOut} ${this.#leftOut === 1 ? 'line is' : 'lines are'} left out`
    if (this.#leftOut > 0) join(items, this.#tail[0]!.stream, `\n… ${lines} …\n`)
    for (const { stream, text } of this.#tail) join(items, stream, text)
    return items
  }

  #keepEnd(stream: Stream, text: string): void {
    this.#tail.push({ stream, text })
    this.#tailText += text.length
    for (let first = this.#tail[0]; first !== undefined && this.#tailText > KEPT; first = this.#tail[0]) {
      const over = Math.min(first.text.length, this.#tailText - KEPT)
      this.#leftOut += first.text.slice(0, over).split('\n').length - 1
      this.#tailText -= over
      this.#tail.shift()
      if (over < first.text.length) this.#tail.unshift({ stream: first.stream, text: first.text.slice(over) })
    }
  }
}

function join(items: OutputItem[], stream: Stream, text: string): void {
  const last = items.at(-1)
  if (last?.type === 'stream' && last.stream === stream) items[items.length - 1] = { ...last, text: last.text + text }
  else items.push({ type: 'stream', stream, text })
}

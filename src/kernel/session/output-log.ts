import type { OutputItem } from '../contract/index.ts'

/** Text kept of one run, in characters; what goes beyond is counted and told. */
const TEXT_LIMIT = 400_000

/** What a run put out, in order, with neighbouring pieces of one stream joined. */
export class OutputLog {
  readonly #items: OutputItem[] = []
  #text = 0

  /** Adds printed text. Returns what a page should show of it; null: nothing, the limit was passed before. */
  stream(stream: 'stdout' | 'stderr', text: string): OutputItem | null {
    if (this.#text > TEXT_LIMIT) return null
    this.#text += text.length
    const shown = this.#text > TEXT_LIMIT ? `${text}\n… further output is not shown\n` : text
    const last = this.#items.at(-1)
    if (last?.type === 'stream' && last.stream === stream)
      this.#items[this.#items.length - 1] = { ...last, text: last.text + shown }
    else this.#items.push({ type: 'stream', stream, text: shown })
    return { type: 'stream', stream, text: shown }
  }

  display(data: Record<string, unknown>): OutputItem {
    const item: OutputItem = { type: 'display', data }
    this.#items.push(item)
    return item
  }

  get items(): readonly OutputItem[] {
    return this.#items
  }
}

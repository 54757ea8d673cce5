/** What tasks print, line by line: each line whole and with its task before it, though it comes in pieces, between those of others. */
export class TaskOutput {
  readonly #tell: (line: string) => void
  /** What a task has printed of a line that has not ended. */
  readonly #begun = new Map<string, string>()

  constructor(tell: (line: string) => void) {
    this.#tell = tell
  }

  add(task: string, text: string): void {
    const lines = `${this.#begun.get(task) ?? ''}${text}`.split('\n')
    this.#begun.set(task, lines.pop()!)
    for (const line of lines) this.#tell(`${task}: ${line}`)
  }

  /** Tells what a task printed behind its last line end. */
  end(task: string): void {
    const line = this.#begun.get(task) ?? ''
    if (line !== '') this.#tell(`${task}: ${line}`)
    this.#begun.delete(task)
  }
}

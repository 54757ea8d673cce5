import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** A notebook's text that is not in its file. */
const Unsaved = z.object({
  path: z.string(),
  /** The hash of the file that the edits were made on. */
  base: z.string(),
  text: z.string(),
  /** ISO 8601. */
  time: z.string(),
})
export type Unsaved = z.infer<typeof Unsaved>

/** How long an edit waits for the next one before it is written, in milliseconds. */
const PAUSE = 200

/** Keeps the unsaved text of one notebook in a file of ours, so that it outlives the app, however that ends. */
export class UnsavedText {
  readonly #file: string
  #next: (() => Unsaved) | null = null
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  /** `folder` is where such texts are kept, `path` the notebook. */
  constructor(folder: string, path: string) {
    this.#file = join(folder, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`)
  }

  /** What an earlier process left behind; null: nothing that can be read. */
  async read(): Promise<Unsaved | null> {
    try {
      return Unsaved.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      return null
    }
  }

  /** Writes what `unsaved` gives, soon; of several calls in a row only the last counts. */
  keep(unsaved: () => Unsaved): void {
    this.#next = unsaved
    this.#timer ??= setTimeout(() => void this.flush(), PAUSE)
  }

  /** Everything is saved, or thrown away. */
  async forget(): Promise<void> {
    this.#next = null
    await this.#then(() => rm(this.#file, { force: true }))
  }

  /** Resolves when what was to be kept is written. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const next = this.#next
    this.#next = null
    await this.#then(async () => {
      if (next === null) return
      await mkdir(dirname(this.#file), { recursive: true })
      await writeFile(`${this.#file}.new`, JSON.stringify(next()))
      await rename(`${this.#file}.new`, this.#file)
    })
  }

  /** One step after the other. A project that cannot be written keeps nothing, as it saves nothing. */
  #then(step: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(step).catch(() => undefined)
    return this.#writing
  }
}

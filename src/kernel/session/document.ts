import {
  deleteCell,
  editCell,
  insertCell,
  moveCell,
  readNotebook,
  writeNotebook,
  type Cell,
  type Notebook,
} from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'
import type { Edit } from '../contract/index.ts'
import type { CellId } from '../graph/index.ts'
import { readFileState, writeFileAtomically, type FileState } from './file.ts'
import { sameCells } from './same-cells.ts'
import type { Unsaved, UnsavedText } from './unsaved.ts'

/** A cell with the identity that it keeps while its notebook is open, whatever becomes of its title and place. */
export interface OpenCell {
  readonly id: CellId
  readonly cell: Cell
}

/** A notebook that is open: the file as it was read, the notebook as it is now, and identities for its cells. */
export class OpenDocument {
  readonly path: string
  rev = 0
  readonly #tag: string
  readonly #unsaved: UnsavedText | null
  #file: FileState
  #notebook: Notebook
  #ids: CellId[]
  /** Cells that were taken out: one that comes back has all again that its file said of it. */
  readonly #gone = new Map<CellId, Cell>()
  #saved: string
  /** Ends when the last save has: two at once would each take the other for a change from outside. */
  #saving: Promise<unknown> = Promise.resolve()

  /** When the unsaved edits were made that an earlier process left behind and that are back now (ISO 8601). */
  readonly recovered: string | null
  /** The file was changed outside since it was read, and there are edits that are not saved. */
  outside = false

  private constructor(path: string, file: FileState, tag: string, unsaved: UnsavedText | null, left: Unsaved | null) {
    this.path = path
    this.#tag = tag
    this.#unsaved = unsaved
    const inFile = readNotebook(file.bytes, path)
    this.#saved = writeNotebook(inFile)
    this.recovered = left?.time ?? null
    this.#file = left === null ? file : { ...file, hash: left.base }
    this.#notebook = left === null ? inFile : readNotebook(new TextEncoder().encode(left.text), path)
    this.#ids = this.#notebook.cells.map((_, index) => `${tag}c${index + 1}`)
    this.outside = left !== null && left.base !== file.hash
  }

  /**
   * `tag` begins the identities of its cells; `unsaved` keeps what is not saved and gives back what an earlier process left. Throws the
   * Problems of `readFileState` and `readNotebook`.
   */
  static async open(path: string, tag = '', unsaved: UnsavedText | null = null): Promise<OpenDocument> {
    const file = await readFileState(path)
    const left = (await unsaved?.read()) ?? null
    const isNews = left !== null && left.text !== new TextDecoder().decode(file.bytes)
    return new OpenDocument(path, file, tag, unsaved, isNews ? left : null)
  }

  get notebook(): Notebook {
    return this.#notebook
  }

  get cells(): readonly OpenCell[] {
    return this.#notebook.cells.map((cell, index) => ({ id: this.#ids[index]!, cell }))
  }

  get dirty(): boolean {
    return writeNotebook(this.#notebook) !== this.#saved
  }

  /** Applies all edits or none. Throws DB-1302 unless `rev` is the present revision, DB-1301 for a cell that is not there. */
  edit(rev: number, edits: readonly Edit[]): void {
    if (rev !== this.rev)
      throw new Problem('DB-1302', 'The notebook changed since this edit was made.', { path: this.path })
    let notebook = this.#notebook
    const ids = [...this.#ids]
    const at = (id: CellId): number => {
      const index = ids.indexOf(id)
      if (index < 0) throw new Problem('DB-1301', `There is no cell ${id}.`, { path: this.path })
      return index
    }
    for (const edit of edits) {
      switch (edit.op) {
        case 'change':
          notebook = editCell(notebook, at(edit.cell), edit)
          break
        case 'insert': {
          if (ids.includes(edit.cell))
            throw new Problem('DB-1302', `There is a cell ${edit.cell} already.`, { path: this.path })
          const index = edit.after === null ? 0 : at(edit.after) + 1
          notebook = insertCell(notebook, index, edit, this.#gone.get(edit.cell))
          ids.splice(index, 0, edit.cell)
          break
        }
        case 'delete': {
          const index = at(edit.cell)
          this.#gone.set(edit.cell, notebook.cells[index]!)
          notebook = deleteCell(notebook, index)
          ids.splice(index, 1)
          break
        }
        case 'move': {
          const from = at(edit.cell)
          if (edit.after === edit.cell) break
          const anchor = edit.after === null ? -1 : at(edit.after)
          const to = anchor < from ? anchor + 1 : anchor
          notebook = moveCell(notebook, from, to)
          ids.splice(to, 0, ...ids.splice(from, 1))
          break
        }
      }
    }
    this.#notebook = notebook
    this.#ids = ids
    this.rev += 1
    this.#unsaved?.keep(() => ({
      path: this.path,
      base: this.#file.hash,
      text: writeNotebook(this.#notebook),
      time: new Date().toISOString(),
    }))
  }

  /** Reads the file anew and throws the edits away; cells that are in both keep their identity. */
  async reload(): Promise<void> {
    await this.#saving
    const file = await readFileState(this.path)
    this.#take(file, readNotebook(file.bytes, this.path))
    await this.#unsaved?.forget()
  }

  /**
   * Looks whether the file was changed outside. If it was and there are no edits, the file is what counts from now on: true. With edits,
   * `outside` says so. A file that is gone, or is no notebook, changes nothing.
   */
  async lookOutside(): Promise<boolean> {
    await this.#saving
    const file = await readFileState(this.path).catch(() => null)
    if (file === null) return false
    this.outside = file.hash !== this.#file.hash && this.dirty
    if (file.hash === this.#file.hash || this.dirty) return false
    try {
      this.#take(file, readNotebook(file.bytes, this.path))
      return true
    } catch {
      return false
    }
  }

  /** Writes what is not saved where it outlives this process. */
  async close(): Promise<void> {
    await this.#saving
    await this.#unsaved?.flush()
  }

  #take(file: FileState, notebook: Notebook): void {
    const same = sameCells(this.#notebook.cells, notebook.cells)
    this.rev += 1
    this.#ids = same.map((old, index) => (old === null ? `${this.#tag}c${this.rev}-${index + 1}` : this.#ids[old]!))
    this.#notebook = notebook
    this.#gone.clear()
    this.#file = file
    this.#saved = writeNotebook(notebook)
    this.outside = false
  }

  /** Writes the file. Throws DB-1008 if it cannot be written, DB-1009 if it changed outside and `overwrite` is false. */
  async save(overwrite: boolean): Promise<void> {
    const saving = this.#saving.then(() => this.#write(overwrite))
    this.#saving = saving.catch(() => undefined)
    return saving
  }

  async #write(overwrite: boolean): Promise<void> {
    const text = writeNotebook(this.#notebook)
    this.#file = await writeFileAtomically(this.path, text, overwrite ? null : this.#file.hash)
    this.#saved = text
    this.outside = false
    if (!this.dirty) await this.#unsaved?.forget()
  }
}

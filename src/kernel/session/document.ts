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
  #file: FileState
  #notebook: Notebook
  #ids: CellId[]
  #saved: string
  /** Ends when the last save has: two at once would each take the other for a change from outside. */
  #saving: Promise<unknown> = Promise.resolve()

  private constructor(path: string, file: FileState, tag: string) {
    this.path = path
    this.#tag = tag
    this.#file = file
    this.#notebook = readNotebook(file.bytes, path)
    this.#ids = this.#notebook.cells.map((_, index) => `${tag}c${index + 1}`)
    this.#saved = writeNotebook(this.#notebook)
  }

  /** `tag` begins the identities of its cells. Throws the Problems of `readFileState` and `readNotebook`. */
  static async open(path: string, tag = ''): Promise<OpenDocument> {
    return new OpenDocument(path, await readFileState(path), tag)
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
          notebook = insertCell(notebook, index, edit)
          ids.splice(index, 0, edit.cell)
          break
        }
        case 'delete': {
          const index = at(edit.cell)
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
  }

  /** Reads the file anew and throws the edits away; cells get new identities. */
  async reload(): Promise<void> {
    await this.#saving
    const file = await readFileState(this.path)
    this.#notebook = readNotebook(file.bytes, this.path)
    this.#file = file
    this.#saved = writeNotebook(this.#notebook)
    this.rev += 1
    this.#ids = this.#notebook.cells.map((_, index) => `${this.#tag}c${this.rev}-${index + 1}`)
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
  }
}

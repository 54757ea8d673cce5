import { readPragma, defaultNamespace } from '../analysis/index.ts'
import { deleteCell, readNotebook, writeNotebook } from '../notebook/index.ts'

/** A file of the project as the bundle has it: notebooks without the cells that their notes leave out of the job. */
export function copiedFile(path: string, text: string): string {
  if (!/\.(py|sql|ipynb)$/.test(path) || !/\brun\s*=\s*(off|not-in-job)\b/.test(text)) return text
  try {
    let notebook = readNotebook(new TextEncoder().encode(text), path)
    for (let index = notebook.cells.length - 1; index >= 0; index--) {
      const { kind, source } = notebook.cells[index]!
      const comment = kind === 'markdown' ? '<!--' : kind === 'sql' ? '--' : '#'
      const { run } = readPragma(source, comment, defaultNamespace).pragma
      if (run === 'off' || run === 'not-in-job') notebook = deleteCell(notebook, index)
    }
    return writeNotebook(notebook)
  } catch {
    // A module, or a notebook that cannot be read: it is copied as it is.
    return text
  }
}

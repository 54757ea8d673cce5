import { Problem } from '../problem/index.ts'
import { readJupyter } from './jupyter/index.ts'
import { formatOf, languageOf } from './language.ts'
import type { Format, Notebook } from './notebook.ts'
import { readSource } from './source/index.ts'

/**
 * What a notebook may weigh at most, in bytes. Databricks takes no source above 10 MB. A Jupyter file holds its outputs too: what Git
 * hosts take is the limit there.
 */
export const sizeLimits: Readonly<Record<Format, number>> = {
  source: 10 * 1024 * 1024,
  jupyter: 100 * 1024 * 1024,
}

/**
 * Reads a notebook file. `path` gives format and language by its extension and is named in problems. Throws a Problem: `DB-1001` not a
 * notebook, `DB-1002` not UTF-8, `DB-1003` conflict markers, `DB-1004` cut short, `DB-1007` too large; of Jupyter files also `DB-1011`
 * damaged, `DB-1012` of another version.
 */
export function readNotebook(bytes: Uint8Array, path: string): Notebook {
  const format = formatOf(path)
  if (format === null) {
    const what = 'This is not a notebook: its name ends in none of .py, .sql, .scala, .r and .ipynb.'
    throw new Problem('DB-1001', what, { path })
  }
  if (bytes.length > sizeLimits[format]) {
    const megabytes = (bytes.length / 1024 / 1024).toFixed(1)
    const todo =
      format === 'jupyter'
        ? 'A Jupyter notebook has at most 100 MB: clear its outputs in Jupyter, or split it.'
        : undefined
    throw new Problem('DB-1007', `The file has ${megabytes} MB.`, { path }, todo)
  }
  return format === 'jupyter' ? readJupyter(bytes, path) : readSource(bytes, path, languageOf(path)!)
}

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { convertNotebook, formatOf, writeNotebook, type Notebook } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'

const endings = { python: '.py', sql: '.sql', scala: '.scala', r: '.r' } as const

/** The file beside a notebook that it is converted to, unless somebody names one: source from Jupyter, and the other way round. */
export function convertedPath(notebook: Notebook, path: string): string {
  const ending = notebook.format === 'jupyter' ? endings[notebook.language] : '.ipynb'
  return path.slice(0, path.length - extname(path).length) + ending
}

/**
 * Writes a notebook to a new file, in the format that the file's name says. Gives in words what of the old file is not in it. Throws DB-1603
 * for a name that is none of a notebook in its language, DB-1010 for a cell that the format cannot hold, DB-1008 if the file is there already or cannot be written.
 */
export async function convertTo(notebook: Notebook, path: string): Promise<readonly string[]> {
  const format = formatOf(path)
  const ending = endings[notebook.language]
  if (format === null || (format === 'source' && extname(path).toLowerCase() !== ending)) {
    const what = `A notebook in ${notebook.language} does not go into a file of this name.`
    throw new Problem('DB-1603', what, { path }, `Use a name that ends in ${ending} or .ipynb.`)
  }
  const { notebook: made, left } = convertNotebook(notebook, format)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, writeNotebook(made), { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const what =
      code === 'EEXIST' ? 'There is a file of that name already.' : `The file could not be written: ${message}.`
    throw new Problem('DB-1008', what, { path }, 'Choose another name or folder.', error)
  }
  return left
}

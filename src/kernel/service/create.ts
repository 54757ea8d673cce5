import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { newNotebook, writeNotebook } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'
import type { Project } from '../project/index.ts'

/** Writes an empty notebook. Throws DB-1008 if there is a file of that name or it cannot be written. */
export async function createNotebook(project: Project, path: string): Promise<void> {
  const absolute = resolve(project.root, path)
  const text = writeNotebook(newNotebook(extname(path) === '.sql' ? 'sql' : 'python'))
  await writeFile(absolute, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    const what =
      error.code === 'EEXIST'
        ? 'There is a file of that name already.'
        : `The notebook could not be written: ${error.message}.`
    throw new Problem('DB-1008', what, { path }, 'Choose another name or folder.', error)
  })
}

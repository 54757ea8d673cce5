import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname, isAbsolute, relative, resolve } from 'node:path'
import { formatOf, newNotebook, writeNotebook } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'
import type { Project } from '../project/index.ts'

/**
 * Writes an empty notebook, and the folders that it is in. Throws DB-1008 if it would lie outside the project, if there is a file of that
 * name, or if it cannot be written.
 */
export async function createNotebook(project: Project, path: string): Promise<void> {
  const absolute = resolve(project.root, path)
  const inside = relative(project.root, absolute)
  const refuse = (what: string, error?: unknown): never => {
    throw new Problem('DB-1008', what, { path }, 'Choose another name or folder.', error)
  }
  if (inside.startsWith('..') || isAbsolute(inside)) refuse('A notebook of this project lies in its folder.')
  const language = extname(path) === '.sql' ? 'sql' : 'python'
  const text = writeNotebook(newNotebook(language, formatOf(path) ?? 'source'))
  try {
    await mkdir(dirname(absolute), { recursive: true })
    await writeFile(absolute, text, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isThere = code === 'EEXIST'
    refuse(isThere ? 'There is a file of that name already.' : `The notebook could not be written: ${message}.`, error)
  }
}

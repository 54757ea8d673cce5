import { readFileSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import type { Project } from './project.ts'

/**
 * Reads files of a project by relative path, for analysis: null if there is none. Paths that lead out of the project are not read.
 */
export function projectFiles(project: Project): (path: string) => string | null {
  return (path) => {
    const absolute = resolve(project.root, path)
    const inside = relative(project.root, absolute)
    if (inside.startsWith('..') || isAbsolute(inside)) return null
    try {
      return readFileSync(absolute, 'utf8')
    } catch {
      return null
    }
  }
}

/** Like `projectFiles`, and notes what was there: the modules and notebooks that an analysis looked into. */
export function notedFiles(project: Project): { read: (path: string) => string | null; noted: Map<string, string> } {
  const read = projectFiles(project)
  const noted = new Map<string, string>()
  return {
    noted,
    read: (path) => {
      const text = read(path)
      if (text !== null) noted.set(path, text)
      return text
    },
  }
}

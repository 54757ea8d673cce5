import { existsSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { formatOf } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'

/** A folder with a person's notebooks. Relative paths in cells mean its root. */
export interface Project {
  /** Absolute. */
  readonly root: string
  readonly name: string
  /** What is ours in it and never committed: warehouse, results, run records. */
  readonly hidden: string
}

/** The project that a notebook or folder belongs to: the nearest folder above with `databricks.yml`, else the folder itself. */
export async function findProject(path: string): Promise<Project> {
  const start = resolve(path)
  const found = await stat(start).catch(() => null)
  if (found === null) throw new Problem('DB-1005', 'There is no such file or folder.', { path })
  const folder = found.isDirectory() ? start : dirname(start)
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'databricks.yml'))) return projectAt(at)
    if (dirname(at) === at) return projectAt(folder)
  }
}

/** The notebook that a person asked for: `path` made absolute; null if it is a folder. */
export async function notebookAt(path: string): Promise<string | null> {
  const absolute = resolve(path)
  return (await stat(absolute)).isDirectory() ? null : absolute
}

function projectAt(root: string): Project {
  return { root, name: basename(root), hidden: join(root, '.dagbook') }
}

/** The folder of a file from the project's root, with "/"; "" for the root itself. */
export function folderOf(project: Project, path: string): string {
  return relative(project.root, dirname(resolve(path))).replaceAll('\\', '/')
}

const SKIPPED = new Set(['build', 'node_modules', '__pycache__', 'dist', 'out', 'tests'])
const FIRST_LINE = /^\ufeff?(#|--|\/\/) Databricks notebook source\r?\n?/

/** The notebooks of a project, paths relative to its root with "/", sorted; at most three folders deep. */
export async function listNotebooks(project: Project): Promise<string[]> {
  const found: string[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (depth > 0 && !entry.name.startsWith('.') && !SKIPPED.has(entry.name)) await walk(path, depth - 1)
      } else if (formatOf(entry.name) !== null && (await isNotebook(path))) {
        found.push(relative(project.root, path).replaceAll('\\', '/'))
      }
    }
  }
  await walk(project.root, 3)
  return found.sort()
}

/**
 * Looks at the first line only: this is asked of every source file whenever a page wants to know the project. What ends in `.ipynb` is a
 * notebook by its name.
 */
async function isNotebook(path: string): Promise<boolean> {
  if (formatOf(path) === 'jupyter') return true
  const file = await open(path).catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return FIRST_LINE.test(buffer.toString('utf8', 0, bytesRead))
  } catch {
    return false
  } finally {
    await file.close()
  }
}

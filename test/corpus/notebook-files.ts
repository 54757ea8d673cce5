import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

/** A file that may be a notebook, by its name. */
export interface Candidate {
  /** The folder it was found in: its project. */
  readonly root: string
  /** From the root, with "/". */
  readonly path: string
  readonly bytes: Uint8Array
}

const extensions = new Set(['.py', '.sql', '.scala', '.r', '.ipynb'])
const skipped = new Set(['node_modules', '__pycache__', '.git', '.ipynb_checkpoints'])

/** The files of a folder that may be notebooks, in the order of their paths. */
export function* candidatesIn(root: string): Iterable<Candidate> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.has(extname(entry.name).toLowerCase()))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !path.split('/').some((part) => skipped.has(part)))
  for (const path of names.sort()) yield { root, path, bytes: readFileSync(join(root, path)) }
}

/**
 * Whether a file claims to be a notebook, told without the code that reads notebooks: a source file by the header of the
 * format, a Jupyter file by JSON with a list of cells or worksheets. Anything else is a module, a script, or broken JSON.
 */
export function claimsToBeNotebook({ path, bytes }: Pick<Candidate, 'path' | 'bytes'>): boolean {
  const text = new TextDecoder().decode(bytes)
  if (extname(path).toLowerCase() !== '.ipynb') return /^\ufeff?\s*(?:#|--|\/\/) Databricks notebook source/.test(text)
  try {
    const json: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    return typeof json === 'object' && json !== null && ('cells' in json || 'worksheets' in json)
  } catch {
    return false
  }
}

/** The same for files of the same bytes. */
export function hashOf({ bytes }: Pick<Candidate, 'bytes'>): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What a project's folder is called in the report. */
export function nameOf(root: string): string {
  return basename(realpathSync(root))
}

/** Reads the text files of a project for the analysis: null for one that is not there. */
export function filesOf(root: string): (path: string) => string | null {
  const known = new Map<string, string | null>()
  return (path) => {
    if (!known.has(path)) known.set(path, readText(root, path))
    return known.get(path)!
  }
}

function readText(root: string, path: string): string | null {
  if (path.split('/').includes('..')) return null
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return null
  }
}

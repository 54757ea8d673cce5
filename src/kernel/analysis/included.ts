import { formatOf, notebookExtensions, readNotebook, type Notebook } from '../notebook/index.ts'
import type { AnalysisContext } from './context.ts'
import { folderOf, targetPath } from './project-path.ts'

/** A notebook that another one runs in place, and the context in which its own cells are read. */
export type Found = { notebook: Notebook; path: string; context: AnalysisContext } | { needs: readonly string[] }

/** The notebook that `%run` names, as written: `./x`, `"./x y" $p="1"`. */
export function runTarget(source: string): string {
  const target = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(source)
  return target?.[1] ?? target?.[2] ?? target?.[3] ?? ''
}

/** The parameters that `%run ./x $p="1"` gives. */
export function runArguments(source: string): Readonly<Record<string, string>> {
  const given = source.matchAll(/\$(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))/g)
  return Object.fromEntries([...given].map(([, name, double, single, bare]) => [name!, double ?? single ?? bare ?? '']))
}

/** Finds a notebook by the path in a `%run`. `needs`: the files that have to be looked at first, if it is not found. */
export function findNotebook(path: string, context: AnalysisContext): Found {
  const base = targetPath(path, context.folder ?? '')
  const needs: string[] = []
  for (const candidate of formatOf(base) !== null ? [base] : notebookExtensions.map((extension) => base + extension)) {
    const text = context.files(candidate)
    if (text === undefined) needs.push(candidate)
    if (text == null || context.running?.includes(candidate)) continue
    try {
      const notebook = readNotebook(new TextEncoder().encode(text), candidate)
      const folder = folderOf(candidate)
      const running = [...(context.running ?? []), candidate]
      return { notebook, path: candidate, context: { ...context, folder, running } }
    } catch {
      return { needs }
    }
  }
  return { needs }
}

import { folderOf, resourceKind, resourceName, runTarget, targetPath, type Resource } from '../analysis/index.ts'
import { notebookExtensions, sourceText } from '../notebook/index.ts'

/**
 * Files of the project that `touched` modules and notebooks are made of, and what these import, as relative paths,
 * sorted. `folder` is the notebook's own, "" for the project's root.
 */
export function projectFiles(
  touched: readonly Resource[],
  files: ReadonlyMap<string, string>,
  folder: string,
): string[] {
  const found = new Set<string>()
  const add = (path: string): void => {
    const file = files.get(path)
    if (file === undefined || found.has(path)) return
    found.add(path)
    const text = sourceText(path, file)
    for (const name of importsOf(text, path)) addModule(name)
    for (const call of text.matchAll(/\bnotebook\s*\.\s*run\(\s*(?:path\s*=\s*)?("[^"]+"|'[^']+')/g))
      addNotebook(runTarget(call[1]!), folderOf(path))
    for (const run of text.matchAll(/^(?:#|--) MAGIC %run\s+(.+)/gm)) addNotebook(runTarget(run[1]!), folderOf(path))
  }
  const addModule = (name: string): void => {
    const parts = name.split('.')
    parts.forEach((_, end) => {
      const base = parts.slice(0, end + 1).join('/')
      add(`${base}.py`)
      add(`${base}/__init__.py`)
    })
  }
  const addNotebook = (name: string, from: string): void => {
    const path = targetPath(name, from)
    for (const candidate of [path, ...notebookExtensions.map((extension) => path + extension)]) add(candidate)
  }
  for (const resource of touched) {
    if (resourceKind(resource) === 'module') addModule(resourceName(resource))
    if (resourceKind(resource) === 'notebook') addNotebook(resourceName(resource), folder)
  }
  return [...found].sort()
}

/** Modules that a file imports, by a look at its lines: more than it needs does no harm. */
function importsOf(text: string, path: string): string[] {
  const here = path.split('/').slice(0, -1)
  const names: string[] = []
  for (const line of text.matchAll(/^\s*import\s+([\w., ]+)/gm)) {
    names.push(...line[1]!.split(',').map((name) => name.trim().split(/\s/)[0]!))
  }
  for (const line of text.matchAll(/^\s*from\s+(\.*)([\w.]*)\s+import\s+\(?([\w\s,*]+)/gm)) {
    const [, dots, module, imported] = line as unknown as [string, string, string, string]
    const base = dots === '' ? [] : here.slice(0, here.length - dots.length + 1)
    const from = [...base, ...module.split('.')].filter((part) => part !== '').join('.')
    names.push(from)
    for (const name of imported.split(','))
      names.push([from, name.trim().split(/\s/)[0]!].filter((part) => part !== '').join('.'))
  }
  return names.filter((name) => /^[\w.]+$/.test(name))
}

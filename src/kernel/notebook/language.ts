import type { CellKind, Format, Language } from './notebook.ts'

/** What the comments of a language start with: every line of the format's own starts so. */
const comments: Readonly<Record<Language, string>> = { python: '#', sql: '--', scala: '//', r: '#' }

const extensions: Readonly<Record<string, Language>> = { '.py': 'python', '.sql': 'sql', '.scala': 'scala', '.r': 'r' }

/** The word behind `%` for each kind that has one; the first is what we write. Anything else is kind `magic`. */
const words: Readonly<Record<Exclude<CellKind, 'magic' | 'raw'>, readonly string[]>> = {
  python: ['python'],
  sql: ['sql'],
  markdown: ['md', 'md-sandbox'],
  run: ['run'],
  pip: ['pip'],
  sh: ['sh'],
  fs: ['fs'],
  scala: ['scala'],
  r: ['r'],
}

const kinds = new Map<string, CellKind>(
  Object.entries(words).flatMap(([kind, names]) => names.map((name) => [name, kind as CellKind] as const)),
)

/** What a comment of the language starts with: `#`, `--` or `//`. */
export function commentOf(language: Language): string {
  return comments[language]
}

/** The language of a source notebook by its extension, or null: `.ipynb` files say it themselves. */
export function languageOf(path: string): Language | null {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? null : (extensions[path.slice(dot).toLowerCase()] ?? null)
}

/** The format of a notebook file by its extension, or null. */
export function formatOf(path: string): Format | null {
  if (/\.ipynb$/i.test(path)) return 'jupyter'
  return languageOf(path) === null ? null : 'source'
}

/** How the names of notebooks end that `%run` can name without it, in the order in which they are looked for. */
export const notebookExtensions: readonly string[] = ['.py', '.sql', '.ipynb']

/** The first line of a notebook. */
export function headerOf(language: Language): string {
  return `${commentOf(language)} Databricks notebook source`
}

/** The line between two cells. */
export function separatorOf(language: Language): string {
  return `${commentOf(language)} COMMAND ----------`
}

/** The kind of a cell that starts with `%word`. */
export function kindOf(word: string): CellKind {
  return kinds.get(word) ?? 'magic'
}

/** The word that makes a cell of this kind; null for `magic`, whose word is part of its source, and for `raw`, which has none. */
export function magicOf(kind: CellKind): string | null {
  return kind === 'magic' || kind === 'raw' ? null : words[kind][0]!
}

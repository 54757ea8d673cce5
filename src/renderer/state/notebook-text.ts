import type { Cell, Notebook } from './notebook.ts'

/** Marks of the Databricks source format in cells of other kinds than the notebook's own. */
const magics: Readonly<Partial<Record<Cell['kind'], string>>> = {
  python: '%python',
  sql: '%sql',
  markdown: '%md',
  scala: '%scala',
  r: '%r',
}

/**
 * The notebook as Databricks source text, for somebody who takes it out of a page that has lost its kernel. The kernel's own
 * writer keeps every byte of a file; this one only has to be read again.
 */
export function notebookText({ language, order, cells }: Pick<Notebook, 'language' | 'order' | 'cells'>): string {
  const sign = language === 'sql' ? '--' : language === 'scala' ? '//' : '#'
  const texts = order.map((id) => cellText(cells[id]!, language, sign))
  return `${sign} Databricks notebook source\n${texts.join(`\n\n${sign} COMMAND ----------\n\n`)}\n`
}

function cellText({ kind, title, source }: Cell, language: Notebook['language'], sign: string): string {
  const head = title === null ? '' : `${sign} DBTITLE 1,${title}\n`
  if (kind === language) return head + source
  const magic = magics[kind]
  const lines = source.startsWith('%') || magic === undefined ? source.split('\n') : [magic, ...source.split('\n')]
  return head + lines.map((line) => `${sign} MAGIC ${line}`.trimEnd()).join('\n')
}

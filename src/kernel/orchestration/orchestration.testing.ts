import { defaultNamespace, notebookCalls, type AnalysisContext } from '../analysis/index.ts'
import { readNotebook, type Notebook } from '../notebook/index.ts'
import { notebookGraph, type NotebookGraph } from './notebook-graph.ts'

/** Notebooks that tests call: `a` and `b` are independent, `c` reads what `a` writes; `p` writes the table that it is told. */
const called: Readonly<Record<string, string>> = {
  a: 'spark.table("src").write.saveAsTable("ta")\ndbutils.notebook.exit("ok")',
  b: 'spark.table("src").write.saveAsTable("tb")',
  c: 'spark.table("ta").write.saveAsTable("tc")',
  d: 'spark.table("src").write.saveAsTable("td")',
  p: 'dbutils.widgets.text("out", "x")\nspark.table("src").write.saveAsTable("p_" + dbutils.widgets.get("out"))',
  q: 'dbutils.widgets.text("out", "x")\nspark.table("p_" + dbutils.widgets.get("out")).write.saveAsTable("tq")',
  ab: 'dbutils.notebook.run("./a", 60)\n\n# COMMAND ----------\n\ndbutils.notebook.run("./b", 60)',
  f: 'import shutil\nshutil.copy("in/x.csv", "out/x.csv")',
  helpers: 'def go(path, timeout=60):\n  return dbutils.notebook.run(path, timeout)',
}

/** The context of a notebook beside those. `more`: further notebooks, by name. */
export function contextWith(more: Readonly<Record<string, string>> = {}): AnalysisContext {
  const all = { ...called, ...more }
  const files = (path: string): string | null => {
    const name = path.replace(/\.py$/, '')
    return path.endsWith('.py') && all[name] !== undefined ? `# Databricks notebook source\n${all[name]}\n` : null
  }
  return { namespace: defaultNamespace, files }
}

/** A notebook of these cells, written as its file writes them. */
export function notebookOf(cells: readonly string[]): Notebook {
  const text = `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`
  return readNotebook(new TextEncoder().encode(text), 'main.py')
}

export function graphOfCells(cells: readonly string[], context = contextWith()): NotebookGraph {
  return notebookGraph(notebookCalls(notebookOf(cells), context))
}

/** The graph in one line: nodes, then edges with what they are for. */
export function graphText({ nodes, edges }: NotebookGraph): string {
  const all = nodes.map(({ key, call }) => `${call.path === null ? '?' : key}${call.repeated ? '*' : ''}`).join(' ')
  const ordered = edges.map(
    ({ from, to, reasons }) => `${from}>${to}:${[...new Set(reasons.map(({ kind }) => kind))].sort().join('+')}`,
  )
  return [all, ...ordered].join(' ').trim()
}

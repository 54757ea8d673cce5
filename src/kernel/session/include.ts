import { findNotebook, readPragma, runTarget, type AnalysisContext } from '../analysis/index.ts'
import type { Cell } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'

/**
 * The Python source that runs the cells of another notebook in place, as `%run` does; cells that are off, and a notebook that is being
 * run already, are left out. Throws DB-1005 if the notebook is missing.
 */
export function includedSource(source: string, context: AnalysisContext): string {
  const name = runTarget(source)
  const found = findNotebook(name, context)
  if (!('notebook' in found))
    throw new Problem('DB-1005', `%run names ${name}, and there is no such notebook in the project.`, { path: name })
  return found.notebook.cells.map((cell) => pythonOf(cell, found.context)).join('\n')
}

function pythonOf({ kind, source }: Cell, context: AnalysisContext): string {
  if (kind === 'run') return includedSource(source, context)
  if (kind !== 'python' && kind !== 'sql') return ''
  if (readPragma(source, kind === 'sql' ? '--' : '#', context.namespace).pragma.run === 'off') return ''
  return kind === 'python' ? source : `_sqldf = spark.sql(${JSON.stringify(source)})`
}

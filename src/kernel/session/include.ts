import { findNotebook, readPragma, runArguments, runTarget, type AnalysisContext } from '../analysis/index.ts'
import type { Cell } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'

/** A `%run` cell as what is run in its place. */
export interface IncludedCode {
  readonly kind: 'python'
  readonly source: string
  /** The values of the parameters that it passes on, in the notebooks that it runs. */
  readonly given: Readonly<Record<string, string>>
}

/**
 * The Python source that runs the cells of another notebook in place, as `%run` does. Cells that are off, and those that are no Python or
 * SQL, are left out. Throws DB-1005 if the notebook is missing or runs itself.
 */
export function includedCode(source: string, context: AnalysisContext): IncludedCode {
  const name = runTarget(source)
  const found = findNotebook(name, context)
  if (!('notebook' in found))
    throw new Problem('DB-1005', `%run names ${name}, and there is no such notebook in the project.`, { path: name })
  const parts = found.notebook.cells.map((cell) => partOf(cell, found.context))
  const given = Object.assign({}, ...parts.map((part) => part.given), runArguments(source)) as Record<string, string>
  return { kind: 'python', source: parts.map((part) => part.source).join('\n'), given }
}

function partOf({ kind, source }: Cell, context: AnalysisContext): Pick<IncludedCode, 'source' | 'given'> {
  if (kind === 'run') return includedCode(source, context)
  const isCode = kind === 'python' || kind === 'sql'
  if (!isCode || readPragma(source, kind === 'sql' ? '--' : '#', context.namespace).pragma.run === 'off')
    return { source: '', given: {} }
  return { source: kind === 'python' ? source : `_sqldf = spark.sql(${JSON.stringify(source)})`, given: {} }
}

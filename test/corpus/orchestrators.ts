import type { AnalysisContext } from '../../src/kernel/analysis/index.ts'
import type { Cell, Notebook } from '../../src/kernel/notebook/index.ts'

/** What became of a notebook that calls others. `literal`: all of them by paths that stand in its text. */
export interface Conversion {
  readonly all: number
  readonly literal: number
  /** Those of the literal ones in which no cell that calls several notebooks has to stay as it is. */
  readonly converted: number
}

/**
 * Gives every call of another notebook a cell of its own, and says which cells it cannot do it for. null: there is no conversion yet;
 * then none is converted. `convertWorkflow` of src/kernel/orchestration belongs here.
 */
const convert = null as ((cells: readonly Cell[], context: AnalysisContext) => Converted) | null

interface Converted {
  readonly refused: readonly { readonly cell: number; readonly reason: string }[]
}

const call = /dbutils\.notebook\.run\s*\(\s*([^,)\n]*)/g

/** Whether a notebook calls others, by literal paths, and whether the conversion to a graph of tasks takes it. */
export function conversionOf(
  { cells }: Notebook,
  context: AnalysisContext,
  note: (cause: string, line: number, text: string) => void,
): Conversion {
  const calls = cells
    .filter(({ kind }) => kind === 'python')
    .flatMap(({ source, line }) => [...source.matchAll(call)].map(([, path]) => ({ path: path!.trim(), line })))
  if (calls.length === 0) return { all: 0, literal: 0, converted: 0 }
  const literal = calls.every(({ path }) => /^(?:path\s*=\s*)?["'][^"']*["']$/.test(path))
  note(literal ? 'orchestrator' : 'orchestrator-computed', calls[0]!.line, calls.map(({ path }) => path).join(' '))
  if (!literal) return { all: 1, literal: 0, converted: 0 }
  const refused = convert?.(cells, context).refused
  for (const { cell, reason } of refused ?? []) note('orchestrator-refused', cells[cell]!.line, reason)
  return { all: 1, literal: 1, converted: refused?.length === 0 ? 1 : 0 }
}

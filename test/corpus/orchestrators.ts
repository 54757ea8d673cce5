import type { Notebook } from '../../src/kernel/notebook/index.ts'

/** What became of a notebook that calls others. `literal`: all of them by paths that stand in its text. */
export interface Conversion {
  readonly all: number
  readonly literal: number
  readonly converted: number
}

const call = /dbutils\.notebook\.run\s*\(\s*([^,)\n]*)/g

/** Whether a notebook calls others, by literal paths, and whether the conversion to a graph of tasks takes it. */
export function conversionOf(
  { cells }: Notebook,
  note: (cause: string, line: number, text: string) => void,
): Conversion {
  const calls = cells
    .filter(({ kind }) => kind === 'python')
    .flatMap(({ source, line }) => [...source.matchAll(call)].map(([, path]) => ({ path: path!.trim(), line })))
  if (calls.length === 0) return { all: 0, literal: 0, converted: 0 }
  const literal = calls.every(({ path }) => /^(?:path\s*=\s*)?["'][^"']*["']$/.test(path))
  note(literal ? 'orchestrator' : 'orchestrator-computed', calls[0]!.line, calls.map(({ path }) => path).join(' '))
  return { all: 1, literal: literal ? 1 : 0, converted: 0 }
}

import { add, type Measured } from './measure.ts'

/** What is counted of one notebook and summed up as it is. */
type Summed = 'python' | 'sql' | 'accesses' | 'unresolved' | 'edges' | 'diagnostics' | 'orchestrators' | 'crashes'

/** The counts of many notebooks. */
export interface Summary extends Pick<Measured, Summed> {
  readonly name: string
  readonly notebooks: number
  readonly opened: number
  readonly sameBytes: number
  /** Files that are no notebooks, and notebooks with the bytes of one before. */
  readonly others: number
  readonly copies: number
  readonly cells: number
  /** Of reading, analysing and making the graph of a notebook, for each of its cells. */
  readonly msPerCell: { readonly mean: number; readonly median: number; readonly p95: number; readonly most: number }
}

export function summarize(name: string, all: readonly Measured[], others: number, copies: number): Summary {
  const sum = (of: (measured: Measured) => number): number => all.reduce((total, each) => total + of(each), 0)
  const merged = (of: (measured: Measured) => Readonly<Record<string, number>>): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const each of all) for (const [key, times] of Object.entries(of(each))) add(counts, key, times)
    return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a))
  }
  const cells = sum((each) => each.cells)
  const paces = all.filter((each) => each.cells > 0).map((each) => each.ms / each.cells)
  paces.sort((a, b) => a - b)
  return {
    name,
    notebooks: all.length,
    opened: sum(({ opened }) => Number(opened)),
    sameBytes: sum(({ sameBytes }) => Number(sameBytes)),
    others,
    copies,
    cells,
    python: {
      all: sum(({ python }) => python.all),
      read: sum(({ python }) => python.read),
      faults: merged(({ python }) => python.faults),
    },
    sql: {
      all: sum(({ sql }) => sql.all),
      understood: sum(({ sql }) => sql.understood),
      named: sum(({ sql }) => sql.named),
    },
    accesses: {
      all: sum(({ accesses }) => accesses.all),
      symbolic: sum(({ accesses }) => accesses.symbolic),
      unresolved: sum(({ accesses }) => accesses.unresolved),
    },
    unresolved: merged((each) => each.unresolved),
    edges: merged((each) => each.edges),
    diagnostics: merged((each) => each.diagnostics),
    orchestrators: {
      all: sum(({ orchestrators }) => orchestrators.all),
      literal: sum(({ orchestrators }) => orchestrators.literal),
      converted: sum(({ orchestrators }) => orchestrators.converted),
    },
    crashes: sum((each) => each.crashes),
    msPerCell: {
      mean: sum((each) => each.ms) / Math.max(1, cells),
      median: paces[Math.floor(paces.length / 2)] ?? 0,
      p95: paces[Math.floor(paces.length * 0.95)] ?? 0,
      most: paces.at(-1) ?? 0,
    },
  }
}

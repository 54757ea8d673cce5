import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { testPython } from './python.ts'

/** Cell `to` looked up `name`, whose value cell `from` had last bound or changed. */
export type Dependency = readonly [from: number, to: number, name: string]

export interface Trace {
  readonly found: readonly Dependency[]
  /** What made a cell fail; those below it did not run. null: none did. */
  readonly error: string | null
}

/** Plain Python that runs notebooks and watches what their cells look up and change. */
export function startTracer(): {
  trace(cells: readonly string[], files?: Readonly<Record<string, string>>): Promise<Trace>
  stop(): void
} {
  const script = join(import.meta.dirname, '..', '..', 'src', 'kernel', 'graph', 'trace.py')
  const python = spawn(testPython, ['-I', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface(python.stdout)[Symbol.asyncIterator]()
  return {
    trace: async (cells, files = {}) => {
      python.stdin.write(`${JSON.stringify({ cells, files })}\n`)
      return JSON.parse(String((await answers.next()).value)) as Trace
    },
    stop: () => void python.kill(),
  }
}

/** Tells whether edges lead from one cell to another, on any way. */
export function waysAlong(
  edges: readonly (readonly [from: number, to: number])[],
): (from: number, to: number) => boolean {
  const into = new Map<number, number[]>()
  for (const [from, to] of edges) into.set(to, [...(into.get(to) ?? []), from])
  return (from, to) => {
    const before = new Set([to])
    for (const cell of before) for (const each of into.get(cell) ?? []) before.add(each)
    return before.has(from)
  }
}

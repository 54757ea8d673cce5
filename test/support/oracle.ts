import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { testPython } from './python.ts'

/** Answers what each cell prints in a fresh run from the top; null for a cell that raises. See `oracle.py`. */
export interface Oracle {
  ask(cells: readonly string[], parameters?: Readonly<Record<string, string>>): Promise<(string | null)[]>
  close(): Promise<void>
}

export function startOracle(): Oracle {
  const child = spawn(testPython, [fileURLToPath(new URL('oracle.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(cells, parameters = {}) {
      child.stdin.write(`${JSON.stringify({ cells, parameters })}\n`)
      const { value } = (await lines.next()) as { value: string }
      return (JSON.parse(value) as { printed: (string | null)[] }).printed
    },
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { RunOutcome, Worker, WorkerHost } from '../../engine/index.ts'
import type { JobWorkers, TaskAttempt } from '../index.ts'

/** The Python of the tests. */
export const testPython = process.env['DAGBOOK_TEST_PYTHON'] ?? resolve('.venv/bin/python')

interface Message {
  readonly event?: 'set' | 'get'
  readonly state?: RunOutcome['state']
  readonly key: string
  readonly task: string
  readonly value: unknown
  readonly name: string
  readonly message: string
  readonly line: number | null
  readonly exit?: string
}

const nothing = { text: '', exit: null, error: null, writes: [], deletes: [], reads: [], views: [], tables: [], parameters: [], spoiled: [] } // prettier-ignore

/** A worker that has nothing of the product's own: what it computes is what Python computes. Without an engine. */
export async function plainWorker(root: string, host: WorkerHost): Promise<Worker> {
  const child = spawn(testPython, ['-B', join(import.meta.dirname, 'plain_worker.py')], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<string>((resolveEnd) =>
    child.on('close', (code, signal) => resolveEnd(String(signal ?? code))),
  )
  child.stdin.on('error', () => undefined)
  return {
    python: testPython,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
    async run(request, events) {
      child.stdin.write(`${JSON.stringify({ source: request.source, parameters: request.parameters })}\n`)
      for (;;) {
        const next = await lines.next()
        if (next.done === true) throw new Error(`the process ended: ${await ended}`)
        const message = JSON.parse(next.value) as Message
        if (message.event === 'set') events.taskValue?.(message.key, message.value)
        else if (message.event === 'get') {
          const value = await host.taskValue?.(message.task, message.key)
          child.stdin.write(`${JSON.stringify({ value: value ?? null })}\n`)
        } else {
          const error =
            message.state === 'failed'
              ? { name: message.name, message: message.message, line: message.line, traceback: [] }
              : null
          return { ...nothing, state: message.state!, error, exit: message.exit ?? null }
        }
      }
    },
  }
}

/** Workers for jobs without tables. `onStart` sees every process that starts. */
export function plainWorkers(onStart?: (attempt: TaskAttempt) => void): JobWorkers {
  const missing = () => Promise.reject(new Error('there is no engine in this test'))
  return {
    host: () => ({ place: missing, engine: missing }),
    start: (attempt, host) => {
      onStart?.(attempt)
      return plainWorker(attempt.root, host)
    },
  }
}

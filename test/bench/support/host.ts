import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessageConnection } from 'vscode-jsonrpc/node'
import { WebSocket } from 'ws'
import type { DocumentView, RunPatch } from '../../../src/kernel/contract/index.ts'
import { socketConnection } from '../../../src/main/web/socket.ts'

/** The built program serving a notebook of its own, with one page connected. */
export interface BenchHost {
  readonly connection: MessageConnection
  readonly document: DocumentView
  /** Sends a request and waits until every cell in `cells` has been told to be in `state`; ms from request to the last of them. */
  until(cells: readonly string[], state: string, request: () => Promise<unknown>): Promise<number>
  close(): Promise<void>
}

const program = join(import.meta.dirname, '..', '..', '..', 'out', 'main', 'cli.js')

export async function openBenchHost(cells: readonly string[]): Promise<BenchHost> {
  const folder = await mkdtemp(join(tmpdir(), 'dagbook-bench-'))
  const notebook = join(folder, 'bench.py')
  await writeFile(notebook, `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`)
  const app = spawn(process.execPath, [program, 'open', notebook, '--web', '--no-browser', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [printed] = (await once(app.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(printed.toString()) as { url: string }
  const { origin } = new URL(url)
  const entered = await fetch(url, { redirect: 'manual' })
  const cookie = entered.headers.get('set-cookie')!.split(';')[0]!
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/kernel`, { headers: { cookie }, origin })
  await once(socket, 'open')
  const connection = socketConnection(socket)
  let listener: (patch: RunPatch) => void = () => undefined
  connection.onNotification('run/changed', (patch: RunPatch) => listener(patch))
  connection.listen()
  const document = await connection.sendRequest<DocumentView>('document/open', { path: 'bench.py' })
  return {
    connection,
    document,
    until: async (wanted, state, request) => {
      const open = new Set(wanted)
      const started = performance.now()
      const done = new Promise<number>((resolve) => {
        listener = (patch) => {
          for (const { id, run } of patch.cells) if (run?.state === state) open.delete(id)
          if (open.size === 0) resolve(performance.now() - started)
        }
      })
      await request()
      return done
    },
    close: async () => {
      socket.terminate()
      app.kill('SIGTERM')
      await once(app, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'

/** The peer: marimo, in an environment of its own that is made at the first benchmark. */
const VERSION = '0.24.0'
const repository = join(import.meta.dirname, '..', '..', '..')
const environment = join(repository, '.cache', 'bench', `marimo-${VERSION}`)

/** The Python of that environment. */
export const marimoPython = join(environment, 'bin', 'python')

export interface MarimoHost {
  readonly cells: readonly string[]
  /** Runs one cell with new code; ms until marimo says that it and all below it have run. */
  run(cell: string, code: string): Promise<number>
  close(): Promise<void>
}

/** Whether the peer can be had; makes its environment if need be. */
export function marimoIsThere(): boolean {
  if (existsSync(join(environment, 'bin', 'marimo'))) return true
  const python = join(repository, '.venv', 'bin', 'python')
  const uv =
    spawnSync('uv', ['--version']).status === 0 ? 'uv' : join(repository, '.cache', 'uv', '0.13.8', 'bin', 'uv')
  if (spawnSync(uv, ['venv', '-q', environment, '-p', python]).status !== 0) return false
  const into = ['--python', join(environment, 'bin', 'python')]
  return spawnSync(uv, ['pip', 'install', '-q', '--system-certs', ...into, `marimo==${VERSION}`]).status === 0
}

/** Lets marimo register cells some times, in a process of its own; ms for each time, and the memory that it took. */
export function registerInMarimo(cells: readonly string[], times: number): { ms: number[]; mb: number } {
  const script = join(import.meta.dirname, 'register.py')
  const input = JSON.stringify({ cells, times })
  const { stdout } = spawnSync(join(environment, 'bin', 'python'), [script], { input, encoding: 'utf8' })
  return JSON.parse(stdout) as { ms: number[]; mb: number }
}

/** `marimo edit` on a notebook of these cells, instantiated and run once. */
export async function openMarimo(cells: readonly string[]): Promise<MarimoHost> {
  const folder = await mkdtemp(join(tmpdir(), 'marimo-bench-'))
  const file = join(folder, 'bench.py')
  const body = cells.map((cell) => `@app.cell\ndef _():\n    ${cell}\n    return\n`).join('\n\n')
  await writeFile(
    file,
    `import marimo\n\napp = marimo.App()\n\n\n${body}\n\nif __name__ == "__main__":\n    app.run()\n`,
  )
  const port = await freePort()
  const args = ['edit', file, '--headless', '--no-token', '--port', String(port), '--skip-update-check']
  const server = spawn(join(environment, 'bin', 'marimo'), args, { stdio: 'ignore', cwd: folder, detached: true })
  const origin = `http://127.0.0.1:${port}`
  const page = await untilServed(origin)
  const serverToken = /"serverToken":\s*"([^"]+)"/.exec(page)?.[1] ?? ''
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?session_id=s_bench&file=${encodeURIComponent(file)}`)
  let listener: (message: { op: string; data: Record<string, unknown> }) => void = () => undefined
  socket.on('message', (text: Buffer) => listener(JSON.parse(text.toString('utf8')) as Parameters<typeof listener>[0]))
  const told = (op: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      listener = (message) => {
        if (message.op === op) resolve(message.data)
      }
    })
  const post = (path: string, content: unknown): Promise<Response> =>
    fetch(`${origin}/api/kernel/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Marimo-Session-Id': 's_bench',
        'Marimo-Server-Token': serverToken,
      },
      body: JSON.stringify(content),
    })
  const ready = (await told('kernel-ready')) as { cell_ids: string[] }
  const instantiated = told('completed-run')
  await post('instantiate', { objectIds: [], values: [], autoRun: true })
  await instantiated
  return {
    cells: ready.cell_ids,
    run: async (cell, code) => {
      const started = performance.now()
      const done = told('completed-run')
      await post('run', { cellIds: [cell], codes: [code] })
      await done
      return performance.now() - started
    },
    close: async () => {
      socket.terminate()
      process.kill(-server.pid!, 'SIGKILL')
      await once(server, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function untilServed(origin: string): Promise<string> {
  for (;;) {
    const page = await fetch(origin).then(
      (answer) => answer.text(),
      () => null,
    )
    if (page !== null) return page
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

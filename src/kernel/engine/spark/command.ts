import { spawn } from 'node:child_process'

/** How a program ended: its exit code (null: killed, or it could not be started) and the end of what it said. */
export interface Ended {
  readonly code: number | null
  readonly said: string
}

/** Runs a program to its end and keeps the last 20,000 characters of what it says. */
export function runCommand(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let said = ''
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ code: null, said: error.message }))
    child.on('close', (code) => resolve({ code, said }))
  })
}

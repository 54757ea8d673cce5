import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { z } from 'zod'

const repository = join(import.meta.dirname, '..', '..')
const program = join(repository, 'out', 'main', 'cli.js')

/** What a command left behind when it ended. */
export interface Ended {
  /** Null: a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built program to its end, in an environment without the machine's own tools. */
export async function dagbook(...args: readonly string[]): Promise<Ended> {
  return ended(startDagbook(args))
}

/** Starts the built program. `environment` is all that it inherits. */
export function startDagbook(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(node(), [program, ...args], {
    cwd: tmpdir(),
    env: { ...bareEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.setEncoding('utf8')
  child.stderr.setEncoding('utf8')
  return child
}

/** Waits for the end of a program and gives all that it said. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (text: string) => (stdout += text))
  child.stderr!.on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, stdout, stderr }
}

/** The data that a command printed. Throws if stdout is anything else than this JSON, with what the command said. */
export function printed<T>(shape: z.ZodType<T>, { stdout, stderr }: Ended): T {
  try {
    return shape.parse(JSON.parse(stdout))
  } catch (error) {
    throw new Error(`This is not the JSON that was expected:\n${stdout}\n${stderr}`, { cause: error })
  }
}

/** A folder that is a project, with the given files; `remove` deletes it. */
export async function makeProject(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'dagbook-cli-'))
  for (const [path, content] of Object.entries({ 'databricks.yml': 'bundle:\n  name: test\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** The Node that `npm start` sets up, which may be another one than runs the tests. */
function node(): string {
  try {
    const home = dirname(
      createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`),
    )
    const binary = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(binary) ? binary : process.execPath
  } catch {
    return process.execPath
  }
}

/** Nothing of the machine: no search path, no home, no Java. Windows does not start programs without its own two. */
function bareEnvironment(): Record<string, string> {
  const kept = ['SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const python = process.env.DAGBOOK_TEST_PYTHON
  return { ...Object.fromEntries(kept), ...(python === undefined ? {} : { DAGBOOK_PYTHON: python }) }
}

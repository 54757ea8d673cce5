import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Problem } from '../../problem/index.ts'
import { isAlive } from '../warehouse/index.ts'
import { javaEnvironment, serverArguments } from './options.ts'
import type { EngineFiles } from './setup.ts'

/** A Spark Connect server that runs. It ends with the process that started it, whatever ends that. */
export interface SparkServer {
  /** `sc://localhost:port/;token=…`: on loopback, for those who know the token. */
  readonly address: string
  readonly logFile: string
  readonly pid: number
  /** Ends it in peace; after `patience` ms (5,000) by force. */
  stop(patience?: number): Promise<void>
  /** Resolves when it has ended, with the reason for people. */
  readonly ended: Promise<string>
}

/** How long a start may take on a slow machine, in ms. */
const START_LIMIT = 180_000

/** Starts a server and waits until it says its port. Throws DB-1203 with the end of its log. */
export async function launchServer(options: {
  readonly files: EngineFiles
  readonly python: string
  /** Its working directory, so that relative paths mean the same to Spark as to Python. */
  readonly project: string
  /** The options of Java that say which class-data archive is used or made. */
  readonly archive: readonly string[]
}): Promise<SparkServer> {
  const { files, python, project, archive } = options
  const own = ownFolder(join(project, '.dagbook', 'engine'))
  const args = serverArguments(files, own, archive)
  const logFile = join(own, 'server.log')
  const log = openSync(logFile, 'w')
  const token = randomBytes(24).toString('hex')
  const environment = javaEnvironment(python, token)
  const child = spawn(files.java, args, {
    cwd: project,
    env: environment,
    stdio: ['pipe', 'pipe', log],
    windowsHide: true,
  })
  const stdin = child.stdin!
  stdin.on('error', () => {})
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`it could not be started: ${error.message}`))
    child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`))
  })
  const lines = createInterface({ input: child.stdout! })
  const port = new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      const said = /^port (\d+)$/.exec(line)
      if (said === null) writeSync(log, `${line}\n`)
      else resolve(Number(said[1]))
    })
  })
  lines.on('close', () => closeSync(log))
  let limit: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    limit = setTimeout(() => resolve('it did not answer in time'), START_LIMIT)
  })
  const started = await Promise.race([port, ended, late])
  clearTimeout(limit)
  if (typeof started === 'string') {
    child.kill('SIGKILL')
    const said = readFileSync(logFile, 'utf8').slice(-4000)
    throw new Problem('DB-1203', `The engine did not start: ${started}.`, { path: logFile }, undefined, said)
  }
  const stop = async (patience = 5000): Promise<void> => {
    stdin.end('q')
    const force = setTimeout(() => child.kill('SIGKILL'), patience)
    await ended
    clearTimeout(force)
  }
  void ended.then((reason) => {
    if (reason === 'exit code 0') rmSync(own, { recursive: true, force: true })
  })
  // "localhost": to this name the client sends a token without TLS.
  return { address: `sc://localhost:${started}/;token=${token}`, logFile, pid: child.pid ?? 0, stop, ended }
}

/** A folder for the log and the scratch files of one server. What servers of processes that are gone left behind is removed. */
function ownFolder(engine: string): string {
  mkdirSync(engine, { recursive: true })
  for (const name of readdirSync(engine)) {
    const owner = Number(name.split('-')[0])
    if (owner > 0 && !isAlive(owner)) rmSync(join(engine, name), { recursive: true, force: true })
  }
  const own = join(engine, `${process.pid}-${randomBytes(3).toString('hex')}`)
  mkdirSync(join(own, 'scratch'), { recursive: true })
  return own
}

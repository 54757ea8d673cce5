import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { stopWith } from './complaint.mjs'
import { programEnvironment } from './steps/python.mjs'

/**
 * Runs a program in our place: same streams, same signals, same end.
 * @param {string} program
 * @param {string[]} args
 * @param {string} [cwd]
 */
export function hand(program, args, cwd = process.cwd()) {
  const child = spawn(program, args, { stdio: 'inherit', cwd, env: programEnvironment() })
  // A terminal sends Ctrl+C to the whole group: the program gets its own and decides. Other signals are passed on.
  process.on('SIGINT', () => undefined)
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
  child.on('error', stopWith)
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
}

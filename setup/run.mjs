import { spawn } from 'node:child_process'
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { Complaint } from './complaint.mjs'
import { cache, root } from './project.mjs'

/** @typedef {{ code: number | null, output: string }} Ended the exit code (null: not started) and what was printed */

/**
 * Runs a program and collects what it prints. Never throws: a program that cannot be started has code null.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeout?: number }} [options] timeout in ms
 * @returns {Promise<Ended>}
 */
export function ask(program, args, { env = process.env, timeout = 60_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, timeout, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (output += String(chunk)))
    child.on('error', (error) => resolve({ code: null, output: String(error) }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** @param {string} name @returns {string} the absolute path of a step's log */
export const logFile = (name) => join(cache, 'setup', `${name}.log`)

/** Empties the log of a step. @param {string} name */
export function startLog(name) {
  mkdirSync(join(cache, 'setup'), { recursive: true })
  rmSync(logFile(name), { force: true })
}

/**
 * Runs a program of a step, everything it prints going to the step's log.
 * @param {string} step the name of the log
 * @param {string} what how a person calls it: "Installing the npm packages"
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, advice?: string }} [options]
 * @throws {Complaint} if it cannot be started or ends with an error
 */
export async function runLogged(step, what, program, args, options = {}) {
  const log = logFile(step)
  appendFileSync(log, `$ ${[program, ...args].join(' ')}\n`)
  const before = statSync(log).size
  const sink = openSync(log, 'a')
  const code = await new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', sink, sink],
    })
    child.on('error', (error) => {
      appendFileSync(log, `${error.message}\n`)
      resolve(null)
    })
    const kill = () => child.kill()
    process.on('exit', kill)
    child.on('close', (ended) => {
      process.off('exit', kill)
      resolve(ended)
    })
  })
  closeSync(sink)
  if (code === 0) return
  const reason = reasonIn(readFileSync(log).subarray(before).toString())
  const advice = options.advice ?? 'check the network and the disk, then run the command again'
  throw new Complaint(`${what} failed${reason === '' ? '' : ` (${reason})`}: read ${relative(root, log)}, ${advice}.`)
}

/** @param {string} output of a program that failed @returns {string} the line that most likely names the cause, or '' */
function reasonIn(output) {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
  const telling =
    lines.find((line) => /^(npm (error|ERR!)|\S*error\b:?) \S/i.test(line)) ??
    lines.find((line) => /\b(error|failed|cannot|denied)\b/i.test(line)) ??
    ''
  return telling.replace(/^(npm (error|ERR!)( code)?|error:) /i, '').slice(0, 160)
}

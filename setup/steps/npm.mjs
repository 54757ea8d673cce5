import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { downloadsTo, hash, inProject } from '../project.mjs'
import { runLogged, startLog } from '../run.mjs'
import { isStamped, removeStamp, stampFile, writeStamp } from '../stamp.mjs'

const stamp = stampFile('npm')
const lockfile = () => readFileSync(inProject('package-lock.json'), 'utf8')

/** @returns {string} what the packages in node_modules follow from */
export const npmState = () => `${process.platform}-${process.arch} ${hash(lockfile())}`

/** @returns {boolean} whether node_modules is what package-lock.json says */
export function npmIsReady() {
  if (!existsSync(inProject('node_modules', '.package-lock.json'))) return false
  if (isStamped(stamp, npmState())) return true
  // A developer's own `npm install` leaves nothing to do: `npm ci` would only take node_modules away for a while.
  return followsLockfile()
}

/** Installs exactly what package-lock.json says, all of it. */
export async function installNpmPackages() {
  removeStamp(stamp)
  startLog('npm')
  const [program, ...before] = npmProgram()
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--engine-strict=false', '--no-audit']
  await runLogged(
    'npm',
    'Installing the npm packages',
    program,
    [...before, ...args, '--no-fund', '--loglevel=error'],
    {
      env: { ...downloadsTo('npm_config_cache'), ...process.env },
    },
  )
  writeStamp(stamp, npmState())
}

/** @returns {[string, ...string[]]} how to start npm: the one that started us, the one beside this Node, or the PATH's */
function npmProgram() {
  const beside = dirname(process.execPath)
  const scripts = [
    process.env['npm_execpath'] ?? '',
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const script = scripts.find((file) => /npm-cli\.c?js$/.test(file) && existsSync(file))
  return script === undefined ? ['npm'] : [process.execPath, script]
}

/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lockfile */

/** @returns {boolean} whether npm's own record of what it installed agrees with package-lock.json */
function followsLockfile() {
  try {
    const wanted = /** @type {Lockfile} */ (JSON.parse(lockfile())).packages ?? {}
    const record = readFileSync(inProject('node_modules', '.package-lock.json'), 'utf8')
    const installed = /** @type {Lockfile} */ (JSON.parse(record)).packages ?? {}
    return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
      const there = installed[path]
      return (
        path === '' || (there === undefined ? optional === true || devOptional === true : there.version === version)
      )
    })
  } catch {
    return false
  }
}

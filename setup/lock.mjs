import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cache } from './project.mjs'
import { say } from './progress.mjs'

const file = join(cache, 'setup', 'lock')

/**
 * Does `work` while no other set-up of this checkout is at work; waits for one that is. A lock left behind by a process
 * that is gone does not count.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(work) {
  mkdirSync(dirname(file), { recursive: true })
  for (let told = false; !taken(); await wait(200)) {
    if (!told) say('dagbook: another set-up of this folder is at work; waiting for it.')
    told = true
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

function taken() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if (!isAlive(owner())) rmSync(file, { force: true })
    return false
  }
}

/** @returns {number} the process that holds the lock; this one while that is not to be known */
function owner() {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    const justMade = Date.now() - statSync(file).mtimeMs < 5_000
    return pid === 0 && justMade ? process.pid : pid
  } catch {
    return process.pid
  }
}

/** @param {number} pid @returns {boolean} */
function isAlive(pid) {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

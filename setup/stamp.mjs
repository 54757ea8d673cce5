import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cache } from './project.mjs'

/**
 * A stamp is a file that says what a finished step was made from. It is written last and removed first, so that what is
 * half made is never taken for made.
 * @param {string} step
 * @returns {string} the place of a step's stamp, where it does not lie in what the step makes
 */
export const stampFile = (step) => join(cache, 'setup', `${step}.stamp`)

/** @param {string} file @param {string} value @returns {boolean} whether the step was finished from exactly `value` */
export function isStamped(file, value) {
  try {
    return readFileSync(file, 'utf8') === value
  } catch {
    return false
  }
}

/** @param {string} file @param {string} value */
export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, value)
}

/** @param {string} file */
export const removeStamp = (file) => rmSync(file, { force: true })

import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { hash, inProject } from '../project.mjs'
import { isStamped } from '../stamp.mjs'

/** The Python environment of the project: what notebooks import and the engine is made of. */
export const environment = inProject('.venv')

/** @param {string} folder an environment @returns {string} the path of its Python */
export const pythonOf = (folder) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')

/** @param {string} folder an environment @returns {string} its stamp, inside, so that both are replaced at once */
export const pythonStamp = (folder) => join(folder, 'dagbook.stamp')

/** @param {string} name @returns {string} the path of a file of setup/python */
export const requirement = (name) => inProject('setup', 'python', name)

/**
 * What an environment follows from: the lock, and the Python it was made with, which an upgrade of the machine may take
 * away or turn into another version under the same name.
 * @param {string} [folder] an environment
 * @returns {string}
 */
export function pythonState(folder = environment) {
  const lock = hash(readFileSync(requirement('requirements.lock')))
  return `${process.platform}-${process.arch} ${lock} ${realpathSync(pythonOf(folder))}`
}

/** @returns {boolean} whether the environment is whole and made from this lock */
export function pythonIsReady() {
  try {
    return isStamped(pythonStamp(environment), pythonState())
  } catch {
    return false
  }
}

/**
 * @returns {NodeJS.ProcessEnv} the environment of the programs that are set up. DAGBOOK_PYTHON is meant for the set-up: the
 *   programs run the environment it was made into.
 */
export const programEnvironment = () => ({ ...process.env, DAGBOOK_PYTHON: undefined })

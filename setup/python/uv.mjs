import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cache } from '../project.mjs'
import { ask, runLogged } from '../run.mjs'
import { requirement } from '../steps/python.mjs'
import { findPip } from './pip.mjs'

/** uv 0.5 is the oldest that knows every option and variable we use. */
const isRecent = (/** @type {string} */ version) => {
  const [, major = 0, minor = 0] = (/uv (\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  return major > 0 || minor >= 5
}

/**
 * Finds uv, or gets the pinned one into the project's cache with whatever pip the machine has.
 * @param {string} python the path of a Python
 * @returns {Promise<string>} a uv to start
 * @throws {import('../complaint.mjs').Complaint} if there is no pip to get it with, or getting it fails
 */
export async function findUv(python) {
  const onPath = await ask('uv', ['--version'])
  if (onPath.code === 0 && isRecent(onPath.output)) return 'uv'

  const [, version = ''] = /^uv==(\S+)/m.exec(readFileSync(requirement('uv.lock'), 'utf8')) ?? []
  const home = join(cache, 'uv', version)
  const program = join(home, 'bin', process.platform === 'win32' ? 'uv.exe' : 'uv')
  if (existsSync(program)) return program

  const { command, clean } = await findPip(python)
  const fresh = `${home}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(dirname(home), { recursive: true })
  const [start, ...args] = command
  await runLogged('python', 'Installing uv, the Python package installer,', start, [
    ...args,
    ...['install', '--target', fresh, '--require-hashes', '--only-binary', ':all:', '--no-deps', '--no-input'],
    ...['--disable-pip-version-check', '--quiet', '-r', requirement('uv.lock')],
  ])
  clean()
  rmSync(home, { recursive: true, force: true })
  renameSync(fresh, home)
  return program
}

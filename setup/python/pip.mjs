import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Complaint } from '../complaint.mjs'
import { cache } from '../project.mjs'
import { ask, logFile } from '../run.mjs'
import { pythonOf } from '../steps/python.mjs'
import { unpackDebianPip } from './debian-pip.mjs'

/** @typedef {{ command: [string, ...string[]], clean: () => void }} Pip how to start pip; clean removes what it took */

/**
 * Finds a pip for this Python: its own, else one in a throw-away environment, else (Debian and Ubuntu ship Python
 * without both) the one in a Debian package, unpacked into the cache. None of them needs root.
 * @param {string} python the path of a Python
 * @returns {Promise<Pip>}
 * @throws {Complaint} if there is no way to a pip
 */
export async function findPip(python) {
  const scratch = join(cache, 'pip')
  const clean = () => rmSync(scratch, { recursive: true, force: true })
  clean()
  if (await starts([python, '-m', 'pip'])) return { command: [python, '-m', 'pip'], clean }

  appendFileSync(logFile('python'), (await ask(python, ['-m', 'venv', scratch], { timeout: 120_000 })).output)
  if (await starts([pythonOf(scratch), '-m', 'pip'])) return { command: [pythonOf(scratch), '-m', 'pip'], clean }
  clean()

  const wheel = await unpackDebianPip(scratch)
  if (wheel !== undefined && (await starts([python, `${wheel}/pip`])))
    return { command: [python, `${wheel}/pip`], clean }
  clean()
  throw new Complaint(
    `Dagbook found ${python}, which has neither pip nor venv, and no uv: install one of them ` +
      '(on Debian and Ubuntu: apt install python3-venv), then run the command again.',
  )
}

/** @param {[string, ...string[]]} command */
async function starts([program, ...args]) {
  return (await ask(program, [...args, '--version'])).code === 0
}

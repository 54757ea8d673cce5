import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../project.mjs'
import { say } from '../progress.mjs'
import { runLogged, startLog } from '../run.mjs'
import { writeStamp } from '../stamp.mjs'
import { environment, pythonOf, pythonStamp, pythonState, requirement } from '../steps/python.mjs'
import { uvEnvironment } from './network.mjs'
import { findUv } from './uv.mjs'

/**
 * Makes the project's Python environment under another name, every package checked against its hash in the lock, and
 * puts it in place when it is whole.
 * @param {string} python the path of the Python to make it with
 */
export async function makeEnvironment(python) {
  startLog('python')
  const uv = await findUv(python)
  const env = uvEnvironment()
  const fresh = join(cache, 'setup', 'venv')
  rmSync(fresh, { recursive: true, force: true })
  await runLogged('python', 'Making the Python environment', uv, ['venv', '--relocatable', '--python', python, fresh], {
    env,
  })
  // pyspark is the one package that comes as source; what builds it is locked too.
  const sources = ['--only-binary', ':all:', '--no-binary', 'pyspark', '--build-constraints', requirement('build.lock')]
  const target = ['--python', pythonOf(fresh), '--require-hashes', requirement('requirements.lock')]
  await runLogged('python', 'Installing the Python packages', uv, ['pip', 'sync', ...sources, ...target], { env })
  writeStamp(pythonStamp(fresh), pythonState(fresh))
  clearTheWay()
  renameSync(fresh, environment)
}

/** Removes an older environment of ours; keeps aside one that somebody else made. */
function clearTheWay() {
  if (!existsSync(environment)) return
  if (existsSync(pythonStamp(environment))) return rmSync(environment, { recursive: true, force: true })
  const aside = join(cache, 'venv-before')
  rmSync(aside, { recursive: true, force: true })
  renameSync(environment, aside)
  say('dagbook: the folder .venv was not made by this set-up; it is now .cache/venv-before.')
}

import { alone } from './lock.mjs'
import { say, show } from './progress.mjs'
import { makeEnvironment } from './python/environment.mjs'
import { findPython } from './python/find.mjs'
import { build, buildIsReady } from './steps/build.mjs'
import { engineIsReady, prepareEngine } from './steps/engine.mjs'
import { installNpmPackages, npmIsReady } from './steps/npm.mjs'
import { pythonIsReady } from './steps/python.mjs'

/** Makes what is missing, in the order in which one thing needs another; the two downloads go side by side. */
export async function makeWhatIsMissing() {
  // A machine without a fit Python is told so before anything is downloaded.
  const python = pythonIsReady() ? undefined : await findPython()
  await interruptible(() => alone(() => make(python)))
}

/** @param {string | undefined} python the path of the Python to make the environment with */
async function make(python) {
  if (!npmIsReady() || !pythonIsReady()) say('dagbook: setting up; this takes a minute or two the first time.')
  await Promise.all([
    npmIsReady() || show('npm packages', installNpmPackages),
    pythonIsReady() || show('Python packages', async () => makeEnvironment(python ?? (await findPython()))),
  ])
  if (!buildIsReady()) await show('build', build)
  if (!engineIsReady()) await show('engine', prepareEngine)
}

/**
 * Does `work`; a signal ends this process and with it, by its exit handlers, the programs it runs.
 * @param {() => Promise<void>} work
 */
async function interruptible(work) {
  const stop = () => process.exit(130)
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, stop)
  try {
    await work()
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}

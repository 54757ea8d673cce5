import { join } from 'node:path'
import { runLogged, startLog } from '../run.mjs'
import { isStamped, removeStamp, writeStamp } from '../stamp.mjs'
import { buildState, commandLine } from './build.mjs'
import { findNode } from './node.mjs'
import { environment, programEnvironment, pythonState } from './python.mjs'

/** Lies in the Python environment: the engine's files depend on its packages, and go when it goes. */
const stamp = join(environment, 'dagbook-engine.stamp')
const engineState = () => `${pythonState()} ${buildState()}`

/** @returns {boolean} whether the engine was prepared by the programs as they are now */
export const engineIsReady = () => isStamped(stamp, engineState())

/** Lets the product fetch and prepare what its engine needs; `dagbook engine setup` does nothing where all is there. */
export async function prepareEngine() {
  removeStamp(stamp)
  startLog('engine')
  await runLogged('engine', 'Setting up the engine', findNode(), [commandLine, 'engine', 'setup'], {
    env: programEnvironment(),
  })
  writeStamp(stamp, engineState())
}

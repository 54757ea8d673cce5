import { Complaint } from './complaint.mjs'
import { isWritable, root } from './project.mjs'
import { buildIsReady } from './steps/build.mjs'
import { engineIsReady } from './steps/engine.mjs'
import { checkNode } from './steps/node.mjs'
import { npmIsReady } from './steps/npm.mjs'
import { pythonIsReady } from './steps/python.mjs'

/**
 * Makes everything the product needs that is not there yet: npm packages, the Python environment, the built programs,
 * the engine. Where all is in place this only compares stamps.
 * @throws {Complaint} one sentence with what to do
 */
export async function prepare() {
  checkNode()
  if (isReady()) return
  checkWritable()
  // What makes things is loaded only now: the usual start has nothing to make.
  const { makeWhatIsMissing } = await import('./make.mjs')
  await makeWhatIsMissing()
}

const isReady = () => npmIsReady() && pythonIsReady() && buildIsReady() && engineIsReady()

function checkWritable() {
  if (isWritable(root)) return
  throw new Complaint(
    `Dagbook cannot write into its folder ${root}: make the folder writable, or copy it to a place you may write to, ` +
      'then run the command again.',
  )
}

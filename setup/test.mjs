import { stopWith } from './complaint.mjs'
import { hand } from './hand.mjs'
import { prepare } from './prepare.mjs'
import { inProject } from './project.mjs'
import { findNode } from './steps/node.mjs'

/** `npm test`: the same set-up as `npm start`, then all checks and tests. */
try {
  await prepare()
  hand(findNode(), [inProject('setup', 'test', 'run.ts'), ...process.argv.slice(2)])
} catch (error) {
  stopWith(error)
}

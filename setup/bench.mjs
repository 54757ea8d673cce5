import { stopWith } from './complaint.mjs'
import { hand } from './hand.mjs'
import { prepare } from './prepare.mjs'
import { inProject } from './project.mjs'
import { findNode } from './steps/node.mjs'

/** `npm run bench -- [WORD…]`: the same set-up, then the benchmarks whose file names contain one of the words, or all. */
try {
  await prepare()
  hand(findNode(), [inProject('setup', 'test', 'bench.ts'), ...process.argv.slice(2)])
} catch (error) {
  stopWith(error)
}

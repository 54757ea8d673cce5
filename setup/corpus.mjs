import { stopWith } from './complaint.mjs'
import { hand } from './hand.mjs'
import { prepare } from './prepare.mjs'
import { inProject, root } from './project.mjs'
import { findNode } from './steps/node.mjs'

/** `npm run corpus -- FOLDER…`: the same set-up, then what the analysis makes of all notebooks in these folders. */
try {
  await prepare()
  // npm runs scripts in the project; folders are meant from where the person is.
  const cwd = process.cwd() === root ? (process.env['INIT_CWD'] ?? root) : process.cwd()
  hand(findNode(), ['--expose-gc', inProject('test', 'corpus', 'corpus.ts'), ...process.argv.slice(2)], cwd)
} catch (error) {
  stopWith(error)
}

import { stopWith } from './complaint.mjs'
import { hand } from './hand.mjs'
import { prepare } from './prepare.mjs'
import { inProject, root } from './project.mjs'
import { commandLine } from './steps/build.mjs'
import { findNode } from './steps/node.mjs'

/**
 * `npm start -- ARGS`: sets up what is missing, then runs the command line with ARGS; without any it opens the example
 * project. Everything the set-up has to say goes to stderr.
 */
try {
  await prepare()
  const given = process.argv.slice(2)
  const args = given.length > 0 ? given : ['open', inProject('examples', 'flights')]
  // npm runs scripts in the project; paths in ARGS are meant from the folder the person is in.
  const cwd = process.cwd() === root ? (process.env['INIT_CWD'] ?? root) : process.cwd()
  hand(findNode(), [commandLine, ...args], cwd)
} catch (error) {
  stopWith(error)
}

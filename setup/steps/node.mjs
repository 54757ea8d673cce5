import { existsSync } from 'node:fs'
import { Complaint } from '../complaint.mjs'
import { inProject } from '../project.mjs'

/** The oldest Node that can install the rest, and the oldest that runs the product (it strips TypeScript types). */
const OLDEST_TO_START = [20, 0]
const OLDEST_TO_RUN = [22, 18]

/** @param {number[]} wanted @returns {boolean} whether this process runs on that Node or a newer one */
function isAtLeast([major = 0, minor = 0]) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split('.').map(Number)
  return haveMajor > major || (haveMajor === major && haveMinor >= minor)
}

/** @throws {Complaint} if this process runs on a Node that is too old even to set up */
export function checkNode() {
  if (isAtLeast(OLDEST_TO_START)) return
  throw new Complaint(
    `Dagbook needs Node 20 or newer and this is Node ${process.versions.node} (${process.execPath}): ` +
      'install a newer Node, then run the command again.',
  )
}

/** @returns {string | undefined} the Node 24 that comes as an npm package, where there is one for this machine */
function packagedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  const file = inProject('node_modules', `node-${platform}-${process.arch}`, 'bin', program)
  return existsSync(file) ? file : undefined
}

/**
 * @returns {string} the Node everything after the set-up runs on: the packaged one, else this process' own
 * @throws {Complaint} if there is no packaged one and this one is too old
 */
export function findNode() {
  const packaged = packagedNode()
  if (packaged !== undefined) return packaged
  if (isAtLeast(OLDEST_TO_RUN)) return process.execPath
  throw new Complaint(
    `Dagbook runs on Node ${OLDEST_TO_RUN.join('.')} or newer, no packaged Node is to be had for ` +
      `${process.platform}-${process.arch}, and this is Node ${process.versions.node}: install a newer Node, ` +
      'then run the command again.',
  )
}

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cache, hash, inProject, out, root } from '../project.mjs'
import { runLogged, startLog } from '../run.mjs'
import { isStamped, removeStamp, stampFile, writeStamp } from '../stamp.mjs'
import { findNode } from './node.mjs'
import { npmState } from './npm.mjs'

const stamp = stampFile('build')

/** The program every command ends in. */
export const commandLine = join(out, 'main', 'cli.js')

/**
 * Names, sizes and times of what the build reads. Looking at a few hundred files takes some milliseconds; reading them
 * would take longer on each start.
 * @returns {string}
 */
export function buildState() {
  const files = [...sources(inProject('src')), inProject('electron.vite.config.ts'), inProject('package.json')]
  const marks = files.map((file) => {
    const { size, mtimeMs } = statSync(file)
    return `${relative(root, file)} ${size} ${mtimeMs}`
  })
  return hash([npmState(), ...marks].join('\n'))
}

/** @param {string} folder @returns {string[]} the files below it that reach the built programs, in a fixed order */
function sources(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === '__pycache__' ? [] : sources(path)
    return /\.test\.tsx?$/.test(entry.name) ? [] : [path]
  })
}

/** @returns {boolean} whether `out` was built from the sources as they are now */
export const buildIsReady = () => existsSync(commandLine) && isStamped(stamp, buildState())

/** Builds all programs into a new folder and puts it in the place of `out` when all is done. */
export async function build() {
  const state = buildState()
  const fresh = join(cache, 'setup', 'out')
  startLog('build')
  rmSync(fresh, { recursive: true, force: true })
  const vite = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  await runLogged('build', 'Building', findNode(), [vite, 'build', '--outDir', fresh], {
    env: { ...process.env, NODE_ENV: 'production' },
    advice: 'mend the source it names, then run the command again',
  })
  keepLastBuildsFiles(fresh)
  removeStamp(stamp)
  rmSync(out, { recursive: true, force: true })
  renameSync(fresh, out)
  writeStamp(stamp, state)
}

/**
 * A program that runs while it is built anew loads parts of itself later, by names with a hash. So what the last build made
 * stays for one more.
 * @param {string} fresh
 */
function keepLastBuildsFiles(fresh) {
  const list = 'files.json'
  const made = readdirSync(fresh, { recursive: true, encoding: 'utf8' }).filter((at) =>
    statSync(join(fresh, at)).isFile(),
  )
  const last = existsSync(join(out, list)) ? JSON.parse(readFileSync(join(out, list), 'utf8')) : []
  for (const file of last) {
    const kept = join(out, file)
    if (existsSync(kept) && !existsSync(join(fresh, file))) cpSync(kept, join(fresh, file))
  }
  writeFileSync(join(fresh, list), JSON.stringify(made))
}

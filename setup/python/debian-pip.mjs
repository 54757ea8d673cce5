import { appendFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ask, logFile } from '../run.mjs'

const PACKAGE = 'python3-pip-whl'

/**
 * Fetches Debian's package of pip from the machine's own package sources, without root: apt keeps its lists and files in
 * `folder`, nothing is installed, the package is only unpacked there.
 * @param {string} folder
 * @returns {Promise<string | undefined>} the path of pip's wheel, which Python can run as it is; undefined where there is
 *   no apt or it has no such package
 */
export async function unpackDebianPip(folder) {
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(folder, name), { recursive: true })
  const own = [
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${join(folder, 'archives')}`,
    'APT::Sandbox::User=',
    'APT::Update::Post-Invoke-Success=',
    'Debug::NoLocking=true',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option])
  // A source that does not answer makes the update fail, and the package may still come from another one.
  await logged('apt-get', [...own, 'update'])
  const { output } = await logged('apt-get', [...own, '--print-uris', 'download', PACKAGE])
  const [, name] = /^'[^']+' (\S+\.deb) /m.exec(output) ?? []
  if (name === undefined) return undefined
  await logged('sh', ['-c', 'cd "$0" && exec "$@"', folder, 'apt-get', ...own, 'download', PACKAGE])
  await logged('dpkg-deb', ['-x', join(folder, name), folder])
  const wheels = join(folder, 'usr', 'share', 'python-wheels')
  const wheel = files(wheels).find((file) => /^pip-.*\.whl$/.test(file))
  return wheel === undefined ? undefined : join(wheels, wheel)
}

/** @param {string} program @param {string[]} args */
async function logged(program, args) {
  const ended = await ask(program, args, { timeout: 180_000 })
  appendFileSync(logFile('python'), `$ ${[program, ...args].join(' ')}\n${ended.output}`)
  return ended
}

/** @param {string} folder @returns {string[]} */
function files(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

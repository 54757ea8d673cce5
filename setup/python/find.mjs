import { Complaint } from '../complaint.mjs'
import { ask } from '../run.mjs'

/** @typedef {{ path: string, version: string, fit: boolean }} Python a Python of the machine; fit: we can work with it */

const NEEDED = 'Dagbook needs Python 3.10 to 3.13 (64 bit)'
const WHAT_TO_DO = 'install one of these, or set DAGBOOK_PYTHON to the path of one, then run the command again'

const PROBE = `
import struct, sys
fit = (3, 10) <= sys.version_info[:2] <= (3, 13)
fit = fit and sys.implementation.name == 'cpython' and struct.calcsize('P') == 8
print(*sys.version_info[:3], 'fit' if fit else 'unfit', sys.executable)
`

/** How a Python may be called on this machine, the best first. */
const CANDIDATES = [
  ...['3.13', '3.12', '3.11', '3.10'].map((version) =>
    process.platform === 'win32' ? ['py', `-${version}`] : [`python${version}`],
  ),
  ['python3'],
  ['python'],
]

/**
 * @returns {Promise<string>} the path of a Python to make the environment with
 * @throws {Complaint} if there is none, or none that fits
 */
export async function findPython() {
  const chosen = process.env['DAGBOOK_PYTHON']
  if (chosen !== undefined && chosen !== '') return useChosen(chosen)
  /** @type {Python[]} */
  const unfit = []
  for (const [program = '', ...args] of CANDIDATES) {
    const python = await probe(program, args)
    if (python?.fit) return python.path
    if (python !== undefined && !unfit.some(({ path }) => path === python.path)) unfit.push(python)
  }
  if (unfit.length === 0) throw new Complaint(`${NEEDED} and found none: ${WHAT_TO_DO}.`)
  const found = unfit.map(({ path, version }) => `${version} (${path})`).join(', ')
  throw new Complaint(`${NEEDED} but found only ${found}: ${WHAT_TO_DO}.`)
}

/** @param {string} chosen @returns {Promise<string>} */
async function useChosen(chosen) {
  const python = await probe(chosen, [])
  if (python?.fit) return python.path
  const what = python === undefined ? 'is not a Python that starts' : `is Python ${python.version}`
  throw new Complaint(`${NEEDED} but DAGBOOK_PYTHON (${chosen}) ${what}: set it to another one or unset it.`)
}

/** @param {string} program @param {string[]} args @returns {Promise<Python | undefined>} */
async function probe(program, args) {
  const { code, output } = await ask(program, [...args, '-c', PROBE], { timeout: 20_000 })
  const match = /^(\d+) (\d+) (\d+) (fit|unfit) (.+)$/m.exec(output)
  if (code !== 0 || match === null) return undefined
  const [, major, minor, patch, fit, path = ''] = match
  return { path: path.trim(), version: `${major}.${minor}.${patch}`, fit: fit === 'fit' }
}

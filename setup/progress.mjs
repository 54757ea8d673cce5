/**
 * Tells on stderr what the set-up is doing: on a terminal one line that counts seconds, elsewhere a line when a step
 * starts, every ten seconds, and when it is done. stdout stays empty: it belongs to the command line.
 */

/** @type {Map<string, number>} the steps at work and when each began, in ms */
const running = new Map()
/** @type {NodeJS.Timeout | undefined} */
let timer

const live = () => process.stderr.isTTY === true
const seconds = (/** @type {number} */ since) => `${Math.round((Date.now() - since) / 1000)} s`
const clear = () => live() && process.stderr.write('\r\x1b[K')

/** Prints one line. @param {string} text */
export function say(text) {
  clear()
  process.stderr.write(`${text}\n`)
}

function tick() {
  const now = [...running].map(([name, since]) => `${name}, ${seconds(since)}`)
  if (live()) process.stderr.write(`\r\x1b[K  ${now.join(' · ')}`.slice(0, process.stderr.columns ?? 80))
  else for (const line of now) say(`  … ${line}`)
}

/**
 * Shows `name` while `work` runs.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function show(name, work) {
  const since = Date.now()
  if (running.size === 0) timer = setInterval(tick, live() ? 1_000 : 10_000)
  running.set(name, since)
  if (live()) tick()
  else say(`  … ${name}`)
  try {
    const result = await work()
    say(`  ✓ ${name}, ${seconds(since)}`)
    return result
  } finally {
    running.delete(name)
    if (running.size === 0) {
      clearInterval(timer)
      clear()
    }
  }
}

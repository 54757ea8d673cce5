/** What stops the set-up and a person can do something about: one sentence, printed without a stack. */
export class Complaint extends Error {
  /** @param {string} sentence what happened, where, and what to do */
  constructor(sentence) {
    super(sentence)
    this.name = 'Complaint'
  }
}

/** The exit code of `npm start` and `npm test` when the set-up itself could not be made. */
export const SETUP_FAILED = 3

/**
 * Prints why the set-up stopped and ends the process.
 * @param {unknown} error
 * @returns {never}
 */
export function stopWith(error) {
  process.stderr.write(`dagbook: ${sentenceOf(error)}\n`)
  process.exit(SETUP_FAILED)
}

/** @param {unknown} error @returns {string} */
function sentenceOf(error) {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof Complaint) return error.message
  if ('code' in error && 'path' in error && ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(String(error.code))) {
    return `Dagbook cannot write ${error.path} (${error.code}): check whose file it is and the disk, then run the command again.`
  }
  return error.stack ?? error.message
}

import { asProblem, type Problem } from '../../kernel/problem/index.ts'

/** What a command ends with. `failed`: the command worked, and what it looked at did not. `refused`: the command could not be done. */
export const exitCodes = { ok: 0, failed: 1, refused: 2 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * Lets a command go on when nobody reads what it prints any more (`… | head -1`, a terminal that was closed): its exit
 * code tells what it did, as always.
 */
export function tolerateLostReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
}

/** Data of a command with `--json`: the only thing that then goes to stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** A line of a command's result, for people. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A line about how it goes on; never part of the result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Tells why a command was refused. */
export function complain(error: unknown): ExitCode {
  const problem: Problem = asProblem(error)
  note(`dagbook: ${problem.message}`)
  if (problem.code === 'DB-1999' && problem.cause instanceof Error) note(problem.cause.stack ?? '')
  return exitCodes.refused
}

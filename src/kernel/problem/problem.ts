import { problems, type ProblemCode } from './codes.ts'

/** Where a problem is: any part that is known. Lines and columns count from 1. */
export interface Place {
  readonly path?: string
  readonly line?: number
  readonly cell?: string
}

/**
 * The one family of errors. A message says what happened, where, and what to do, in this order, before it gives the
 * code. Everything the kernel throws on purpose is a Problem; anything else that escapes is a defect of ours.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly what: string
  readonly place: Place
  readonly todo: string

  /** `what` and `todo` are full sentences for people; `todo` defaults to the table's. */
  constructor(code: ProblemCode, what: string, place: Place = {}, todo: string = problems[code].todo, cause?: unknown) {
    super(sentence(code, what, place, todo), cause === undefined ? undefined : { cause })
    this.code = code
    this.what = what
    this.place = place
    this.todo = todo
  }
}

function sentence(code: ProblemCode, what: string, place: Place, todo: string): string {
  const at = [place.path, place.line].filter((part) => part !== undefined).join(':')
  const cell = place.cell === undefined ? '' : `cell ${place.cell}`
  const where = [at, cell].filter((part) => part !== '').join(', ')
  return `${what}${where === '' ? '' : ` (${where})`} ${todo} [${code}]`
}

/** The problem that `error` is, or the internal one (`DB-1999`) that wraps it. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const text = error instanceof Error ? error.message : String(error)
  return new Problem('DB-1999', `Something inside Dagbook went wrong: ${text}.`, {}, undefined, error)
}

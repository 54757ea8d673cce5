import type { Arguments } from '../arguments.ts'
import type { CallNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import type { Value } from '../value.ts'

/** A call of a library's function, or of a method of a value that a library made. */
export interface LibraryCall {
  readonly run: Run
  readonly node: CallNode
  /** The last part of its name. */
  readonly name: string
  readonly args: Arguments
  /** The value before the dot, or the function itself. */
  readonly receiver: Value
}

/** Notes what a call does and tells what it gives; undefined: nothing special. */
export type Handler = (call: LibraryCall) => Value | undefined

export type Handlers = Readonly<Record<string, Handler>>

/** The same handler under several names. */
export function each(names: string, handler: Handler): Handlers {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, handler]),
  )
}

import { normalizePython } from './normalize.ts'
import { type Scopes } from './scopes.ts'
import { buildScopes } from './scope-builder.ts'
import { parsePython, type Syntax } from './syntax.ts'

/** What a text says by itself, whatever stands above it. */
export interface Reading {
  readonly syntax: Syntax
  readonly scopes: Scopes
  readonly normalized: string
}

/** Texts kept at most twice: in the newer of two halves of the cache. */
const half = 4_000

let newer = new Map<string, Reading>()
let older = new Map<string, Reading>()

/** Reads Python. Texts that were read lately are not read again: an edit changes one cell of many. */
export function readPython(source: string): Reading {
  const known = newer.get(source) ?? older.get(source)
  const reading = known ?? read(source)
  if (newer.size >= half) {
    older = newer
    newer = new Map()
  }
  newer.set(source, reading)
  return reading
}

function read(source: string): Reading {
  const syntax = parsePython(source)
  return { syntax, scopes: buildScopes(syntax.tree), normalized: normalizePython(syntax, source) }
}

import type { Effect, Resource, Span } from '../effect.ts'
import { doubt, type Outcome, session } from './outcome.ts'
import { walk } from './query.ts'
import { isNameStart, keyAt, newScope, type Scan, spanOf } from './scan.ts'
import type { Token } from './token.ts'

/** A variable of the SQL session, by its name. */
export function variableResource(name: string): Resource {
  return `session:variable.${name.toLowerCase()}`
}

/** `DECLARE [OR REPLACE] [VARIABLE] a, b INT DEFAULT …` */
export function scanDeclare(scan: Scan, from: number, to: number): Outcome {
  let at = from + 1
  while (['OR', 'REPLACE', 'VARIABLE', 'VAR'].includes(keyAt(scan, at, to)) && isNameStart(scan.tokens[at + 1])) at++
  const next = noteVariables(scan, at, to, 'write')
  if (next === at) return doubt(scan, from, to)
  walk(scan, next, to, new Set(), newScope(scan), 'expression')
  return session
}

/** `SET VAR a = …`, `SET VARIABLE (a, b) = (SELECT …)`; `at`: what follows SET VAR. */
export function scanSetVariable(scan: Scan, at: number, to: number): Outcome {
  for (let next = at; next < to && keyAt(scan, next, to) !== '=';) {
    const after = noteVariables(scan, next, to, 'update')
    next = after === next ? next + 1 : after
  }
  walk(scan, at, to, new Set(), newScope(scan), 'expression')
  return session
}

/** Notes variables that a statement makes or changes, parted by commas. The answer is the index of the token behind. */
export function noteVariables(scan: Scan, from: number, to: number, mode: 'write' | 'update'): number {
  let at = from
  while (at < to && isNameStart(scan.tokens[at])) {
    while (keyAt(scan, at + 1, to) === '.' && isNameStart(scan.tokens[at + 2]) && at + 2 < to) at += 2
    const { value } = scan.tokens[at]!
    scan.effects.push({ mode, resource: variableResource(value), where: spanOf(scan, at, at) })
    at++
    if (keyAt(scan, at, to) !== ',') return at
    at++
  }
  return at
}

/** The variables among `known` (lower case) that a statement may mention: a column may have such a name too. */
export function variablesRead(tokens: readonly Token[], known: ReadonlySet<string>): Effect[] {
  if (known.size === 0) return []
  return tokens.flatMap(({ kind, value, start, end }): Effect[] => {
    const where: Span = { start, end }
    const isName = kind === 'word' || kind === 'quoted'
    return isName && known.has(value.toLowerCase()) ? [{ mode: 'read', resource: variableResource(value), where }] : []
  })
}

import { evaluate } from './expressions.ts'
import { Kind, type ParseNode } from './nodes.ts'
import type { Run } from './run.ts'
import { childrenOf } from './scopes.ts'
import { partOf, storeName } from './variables.ts'
import type { Value } from './value.ts'

/** Binds the names that a `case` pattern captures. */
export function bindPattern(run: Run, pattern: ParseNode, subject: Value): void {
  switch (pattern.nodeType) {
    case Kind.PatternCapture:
      if (!pattern.d.isWildcard) storeName(run, pattern.d.target, subject)
      return
    case Kind.PatternAs:
      for (const part of pattern.d.orPatterns) bindPattern(run, part, subject)
      if (pattern.d.target !== undefined) storeName(run, pattern.d.target, subject)
      return
    case Kind.PatternMappingExpandEntry:
      if (pattern.d.target.d.value !== '_') storeName(run, pattern.d.target, partOf(run, subject))
      return
    case Kind.PatternMappingKeyEntry:
      bindPattern(run, pattern.d.keyPattern, subject)
      return bindPattern(run, pattern.d.valuePattern, subject)
    case Kind.PatternClass:
      evaluate(run, pattern.d.className)
      for (const each of pattern.d.args) bindPattern(run, each.d.pattern, partOf(run, subject))
      return
    case Kind.PatternLiteral:
    case Kind.PatternValue:
      evaluate(run, pattern.d.expr)
      return
    default:
      for (const part of childrenOf(pattern)) bindPattern(run, part, partOf(run, subject))
  }
}

import type { CellKind } from '../../src/kernel/notebook/index.ts'
import type { Span } from '../../src/kernel/analysis/index.ts'

/**
 * Why an effect has no name, as `kind: reason`. Analysis says only that it does not know; the reason is told from the text, by
 * where the first name in the expression comes from. A hint for whoever improves the analysis, no more.
 */
export function causeOf(code: string, kind: CellKind, source: string, where: Span, above: readonly string[]): string {
  const what = code.replace('unresolved-', '')
  const text = source.slice(where.start, where.end)
  if (kind !== 'python' && kind !== 'sql') return `${what}: a cell of ${kind}`
  if (kind === 'sql') return `${what}: ${sqlCause(code, text)}`
  const argument = argumentOf(text)
  return `${what}: ${pythonCause(argument, [...above, source].join('\n'))}`
}

function sqlCause(code: string, text: string): string {
  if (code === 'unresolved-sql') return `SQL ${text.trim().split(/\s+/).slice(0, 2).join(' ').toUpperCase()}`
  if (/\$\{[^}]*\.[^}]*\}/.test(text)) return 'SQL ${setting}'
  if (/\$\{|\$\w/.test(text)) return 'SQL ${parameter}'
  return /IDENTIFIER/i.test(text) ? 'SQL IDENTIFIER' : 'SQL name'
}

/** What stands in the outermost brackets of the last call, or all of it. */
function argumentOf(text: string): string {
  const call = /\.?(\w+)\s*\(([^]*)\)\s*$/.exec(text)
  return (call?.[2] ?? text).trim()
}

const keywords = new Set([
  'f',
  'r',
  'True',
  'False',
  'None',
  'spark',
  'str',
  'sql',
  'lambda',
  'if',
  'else',
  'for',
  'in',
])

function pythonCause(argument: string, program: string): string {
  const fields = [...argument.matchAll(/\{([^{}]*)\}/g)].map(([, field]) => field!).join(' , ')
  const isText = /^[frbu]*["']/i.test(argument)
  const names = (isText ? fields : argument).match(/[A-Za-z_]\w*(?:\s*[.[(]|)/g) ?? []
  const name = names.map((each) => /\w+/.exec(each)![0]).find((each) => !keywords.has(each))
  if (name === undefined) return 'an expression without names'
  return `${isText ? 'f-string of ' : ''}${originOf(name, program)}`
}

/** How a name gets its value in a program, told from its text. */
function originOf(name: string, program: string): string {
  const assigned = [
    ...program.matchAll(
      new RegExp(`(?:^|[;\\n])[ \\t]*(?:\\w+\\s*,\\s*)*${name}\\s*(?::[^=\\n]+)?=\\s*(?!=)(.*)`, 'g'),
    ),
  ]
  const last = assigned.at(-1)?.[1]?.trim()
  if (last !== undefined) {
    const call = /^([\w.]+)\s*\(/.exec(last)
    if (call !== null) return `a call of ${call[1]}`
    if (/^[frbu]*["']/i.test(last)) return 'a text'
    return /^[[{(]/.test(last) ? 'a collection' : `an expression`
  }
  if (new RegExp(`def\\s+\\w+\\s*\\([^)]*\\b${name}\\b`).test(program)) return 'a parameter of a function'
  if (new RegExp(`\\bfor\\s+[^\\n]*\\b${name}\\b[^\\n]*\\bin\\b`).test(program)) return 'a loop variable'
  if (new RegExp(`import[^\\n]*\\b${name}\\b`).test(program)) return 'an import'
  if (name === 'self') return 'an attribute of self'
  return 'a name from elsewhere'
}

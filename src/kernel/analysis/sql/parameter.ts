import type { Effect, Finding, Parameter, Span } from '../effect.ts'
import type { Token } from './token.ts'

/** A place where SQL asks for the value of a parameter. */
export interface ParameterUse {
  readonly name: string
  readonly where: Span
}

/** The parameters that a text asks for, and remarks on old ways to do so. */
export interface Parameters {
  readonly uses: ParameterUse[]
  readonly findings: Finding[]
}

/** Finds `:p`, `${p}` (in strings too), `$p` and `getArgument('p')`. */
export function findParameters(tokens: readonly Token[]): Parameters {
  const uses: ParameterUse[] = []
  const findings: Finding[] = []
  const old = (name: string, where: Span): void => {
    uses.push({ name, where })
    const message = `Write :${name} instead: text put into SQL changes what it means.`
    if (!findings.some((known) => known.message === message))
      findings.push({ code: 'deprecated-parameter', severity: 'info', where, message })
  }
  for (const [index, token] of tokens.entries()) {
    const where: Span = { start: token.start, end: token.end }
    if (token.kind === 'parameter') uses.push({ name: token.value, where })
    else if (token.kind === 'substitution') {
      // `${spark.some.conf}` is a setting of the session.
      if (/^[\w-]+$/.test(token.value)) old(token.value, where)
    } else if (token.kind === 'string' || token.kind === 'quoted' || token.kind === 'hint') {
      for (const match of token.text.matchAll(/\$\{\s*([\w-]+)\s*\}/g)) {
        const start = token.start + match.index
        old(match[1]!, { start, end: start + match[0].length })
      }
    } else if (token.key === 'GETARGUMENT' && tokens[index + 2]?.kind === 'string') {
      old(tokens[index + 2]!.value, { start: token.start, end: tokens[index + 2]!.end })
    }
  }
  return { uses, findings }
}

const kinds: Readonly<Record<string, Parameter['widget']>> = {
  TEXT: 'text',
  DROPDOWN: 'dropdown',
  COMBOBOX: 'combobox',
  MULTISELECT: 'multiselect',
}

/** The parameter that `CREATE WIDGET TEXT p DEFAULT 'x'` declares, or null. */
export function readWidget(tokens: readonly Token[]): Parameter | null {
  if (tokens[0]?.key !== 'CREATE' || tokens[1]?.key !== 'WIDGET') return null
  const widget = kinds[tokens[2]?.key ?? '']
  const name = tokens[3]
  const from = tokens.findIndex(({ key }) => key === 'DEFAULT')
  const value = tokens[from + 1]
  if (widget === undefined || name === undefined || from < 0 || value?.kind !== 'string') return null
  const where: Span = { start: tokens[0].start, end: tokens.at(-1)!.end }
  return { name: name.value, default: value.value, label: null, widget, choices: [], where }
}

/** The effect of asking for a parameter. */
export function parameterRead({ name, where }: ParameterUse): Effect {
  return { mode: 'read', resource: `param:${name}`, where }
}

import type { Token } from './token.ts'

/**
 * Settings of the session with the texts that they were set to; `${p}` in a text stands for the parameter p, whose value is not known.
 * A setting with another value, or none, is not among them.
 */
export type Settings = Readonly<Record<string, string>>

/** The settings behind a statement: `SET a.b = text`, `RESET a.b`, `RESET`. */
export function settingsAfter(
  source: string,
  tokens: readonly Token[],
  settings: Settings,
  values: Readonly<Record<string, string>>,
): Settings {
  const [head, first] = tokens
  if (head?.key === 'RESET') return first === undefined ? {} : without(settings, nameOf(tokens.slice(1)))
  const equals = tokens.findIndex(({ key }) => key === '=')
  const isVariable = ['VAR', 'VARIABLE'].includes(first?.key ?? '') && !['.', '='].includes(tokens[2]?.key ?? '')
  if (head?.key !== 'SET' || equals < 2 || isVariable) return settings
  const name = nameOf(tokens.slice(1, equals))
  const text = symbolicText(source.slice(tokens[equals]!.end, tokens.at(-1)!.end).trim(), settings, values)
  return text === null ? without(settings, name) : { ...settings, [name]: text }
}

/** A text with the values of its parameters and settings, as far as they are known; null: a setting is not known. */
export function symbolicText(
  text: string,
  settings: Settings,
  values: Readonly<Record<string, string>>,
): string | null {
  let known = true
  const filled = text.replace(
    /\$\{\s*([^{}]*?)\s*\}|\$([\p{L}_]\w*)/gu,
    (_, braced: string | undefined, plain: string) => {
      // `${=p}` is the parameter p, put in by a program.
      const name = (braced ?? plain).replace(/^=/, '')
      if (braced?.startsWith('=')) return `\${${name}}`
      if (Object.hasOwn(settings, name)) return settings[name]!
      if (Object.hasOwn(values, name) && values[name] !== '') return values[name]!
      known &&= isParameter(name)
      return `\${${name}}`
    },
  )
  return known ? filled : null
}

/** The settings whose texts hang on no parameter. */
export function plainSettings(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, text]) => !text.includes('${')))
}

/** What a program puts into a text for a part of it that is not known. */
export const unknownPart = 'dagbook_unknown'

/** Whether `${name}` is a parameter, which keeps its value while a notebook runs. */
function isParameter(name: string): boolean {
  return /^[\w-]+$/.test(name) && name !== unknownPart
}

function nameOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join('')
}

function without(settings: Settings, name: string): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([other]) => other !== name))
}

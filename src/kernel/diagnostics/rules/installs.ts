import type { CellRule, Found } from '../rule.ts'

/** A package that is asked for without a version, and where it says so. */
export interface Unpinned {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The packages that `%pip install` lines ask for without saying which version. */
export function unpinned(kind: string, source: string): Unpinned[] {
  const lines = kind === 'pip' ? /^[ \t]*(install\b.*)$/gm : /^[ \t]*[%!]\s*(?:pip3?|uv pip)\s+(install\b.*)$/gm
  return [...source.matchAll(lines)].flatMap((match) => {
    const from = match.index + match[0].length - match[1]!.length
    return wordsOf(match[1]!, from)
  })
}

/** Options that have a word of their own behind them. */
const withValue =
  /^(-r|--requirement|-c|--constraint|-e|--editable|-i|--index-url|--extra-index-url|-t|--target|-f|--find-links|--python)$/

function wordsOf(line: string, from: number): Unpinned[] {
  const found: Unpinned[] = []
  let skip = false
  for (const match of line.replace(/\s#.*$/, '').matchAll(/"[^"]*"|'[^']*'|\S+/g)) {
    const word = match[0].replace(/^["']|["']$/g, '')
    const isValue = skip
    skip = withValue.test(word)
    if (isValue || match.index === 0 || !/^[A-Za-z][\w.-]*(\[[\w,.-]*\])?$/.test(word)) continue
    // pip itself and its tools are meant to be the newest; a file or address is what it is.
    if (/^(pip|setuptools|wheel|uv)$/.test(word) || /\.(whl|txt|zip|gz)$/.test(word)) continue
    const start = from + match.index + (match[0] === word ? 0 : 1)
    found.push({ name: word, start, end: start + word.length })
  }
  return found
}

/** `%pip install x` without a version. One remark for a line of packages. */
export const installs: CellRule = function* ({ kind, source }): Iterable<Found> {
  if (kind !== 'pip' && !(kind === 'python' && /[%!]\s*(pip|uv)/.test(source))) return
  const found = unpinned(kind, source)
  if (found.length === 0) return
  const names = found.map(({ name }) => name)
  const which = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
  yield {
    code: 'pip-without-version',
    where: { start: found[0]!.start, end: found.at(-1)!.end },
    message: `No version is given for ${which}: each run takes the newest. Write ${names[0]!.replace(/\[.*/, '')}==… with the version that works.`,
  }
}

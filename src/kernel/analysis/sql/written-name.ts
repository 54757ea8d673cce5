import type { Span } from '../effect.ts'
import { type Settings, symbolicText } from './setting.ts'
import { type Token } from './token.ts'

/**
 * The parts of a name as it stands in a text, without back-quotes and with `${p}` for each parameter; null: something else than
 * parameters is in it. `IDENTIFIER(:p || '.t')` is read like `${p}.t`.
 */
export function writtenParts(
  tokens: readonly Token[],
  where: Span,
  settings: Settings,
  values: Readonly<Record<string, string>>,
): readonly string[] | null {
  const own = tokens.filter(({ start, end }) => start >= where.start && end <= where.end)
  const inside = own[0]?.key === 'IDENTIFIER' && own[1]?.key === '(' ? own.slice(2, -1) : null
  const texts = (inside ?? own).map((token) => (inside === null ? nameText(token) : stringText(token)))
  if (texts.includes(null)) return null
  const name = symbolicText(texts.join(''), settings, values)
  if (name === null) return null
  const parts: string[] = ['']
  // A dot in the name of a parameter parts nothing.
  for (const unit of name.match(/\$\{[^{}]*\}|[^]/gu) ?? []) {
    if (unit === '.') parts.push('')
    else if (unit !== '`') parts.push(parts.pop()! + unit)
  }
  return parts
}

function nameText({ kind, key, text, value }: Token): string | null {
  if (kind === 'substitution') return `\${${value}}`
  return kind === 'word' || kind === 'quoted' || key === '.' ? text : null
}

function stringText({ kind, key, value }: Token): string | null {
  if (kind === 'parameter') return `\${${value}}`
  if (kind === 'string') return value
  return key === '||' ? '' : null
}

import type { Span } from '../effect.ts'
import { type Token } from './token.ts'

/**
 * The parts of a name as it stands in a text, without back-quotes and with `${p}` for each parameter; null: something else than
 * parameters is in it. `IDENTIFIER(:p || '.t')` is read like `${p}.t`.
 */
export function writtenParts(tokens: readonly Token[], where: Span): readonly string[] | null {
  const own = tokens.filter(({ start, end }) => start >= where.start && end <= where.end)
  const inside = own[0]?.key === 'IDENTIFIER' && own[1]?.key === '(' ? own.slice(2, -1) : null
  const texts = (inside ?? own).map((token) => (inside === null ? nameText(token) : stringText(token)))
  if (texts.includes(null)) return null
  const parts: string[] = []
  // A dot in the name of a parameter parts nothing.
  for (const unit of texts.join('').match(/\$\{[^{}]*\}|[^]/gu) ?? []) {
    if (unit === '.') parts.push('')
    else if (unit !== '`') parts.push((parts.pop() ?? '') + unit)
  }
  return parts
}

function nameText({ kind, key, text, value }: Token): string | null {
  if (kind === 'substitution') return parameter(value)
  if (kind === 'quoted') return plain(value)
  return kind === 'word' || key === '.' ? text : null
}

function stringText({ kind, key, value }: Token): string | null {
  if (kind === 'parameter') return parameter(value)
  if (kind === 'string') return plain(value)
  return key === '||' ? '' : null
}

/** Text with nothing but parameters in `${…}`. */
function plain(text: string): string | null {
  const names = [...text.matchAll(/\$\{([^{}]*)\}/g)].map(([, name]) => parameter(name!))
  return names.includes(null) ? null : text.replace(/\$\{\s*([^{}]*?)\s*\}/g, '${$1}')
}

/** A parameter keeps its value while a notebook runs; a setting (`${a.b}`) may change, and what a program puts in may be anything. */
function parameter(name: string): string | null {
  return /^[\w-]+$/.test(name.trim()) && name !== 'dagbook_unknown' ? `\${${name.trim()}}` : null
}

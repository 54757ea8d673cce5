import { type JsonNode } from './json.ts'
import { escaped, spacing } from './write-json.ts'
import type { JupyterStyle } from './style.ts'

/** A line of a cell's source: its text, and how it stands in the JSON without its line end. */
export interface Row {
  readonly text: string
  readonly raw: string
  /** Its line end as it stands in the JSON: `\n`, `\r\n`; "" for the last. */
  readonly end: string
}

/** The lines of a source, which is one text or a list of texts that are joined. There is always one, be it empty. */
export function rowsOf(body: string, source: JsonNode | undefined): Row[] {
  const strings = source === undefined ? [] : source.type === 'array' ? source.items : [source]
  const content = strings.map(({ start, end }) => body.slice(start + 1, end - 1)).join('')
  const rows: Row[] = []
  let [raw, last] = ['', '']
  for (const [token] of content.matchAll(/\\u[0-9a-fA-F]{4}|\\.|[^\\]+/g)) {
    if (/^\\(?:n|u000a)$/i.test(token)) {
      const isReturn = /^\\(?:r|u000d)$/i.test(last)
      rows.push(rowOf(isReturn ? raw.slice(0, -last.length) : raw, isReturn ? last + token : token))
      raw = ''
    } else raw += token
    last = token
  }
  rows.push(rowOf(raw, ''))
  return rows
}

function rowOf(raw: string, end: string): Row {
  return { text: raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw, raw, end }
}

/** The text of rows, with "\n" line ends. */
export function textOfRows(rows: readonly Row[]): string {
  return rows.map(({ text }) => text).join('\n')
}

/**
 * A source's new JSON: a list stays a list, a text a text, and every line at the start and the end that stays as it is keeps its bytes.
 * `depth` is how many levels it stands in.
 */
export function writeSource(
  text: string,
  body: string,
  old: JsonNode | undefined,
  style: JupyterStyle & { readonly eol: string },
  depth: number,
): string {
  const was = rowsOf(body, old)
  const lines = text.split('\n')
  let top = 0
  while (top < was.length && top < lines.length && was[top]!.text === lines[top]) top++
  let bottom = 0
  while (
    bottom < was.length - top &&
    bottom < lines.length - top &&
    was.at(-1 - bottom)!.text === lines.at(-1 - bottom)
  ) {
    bottom++
  }
  const lineEnd = was[0]!.end === '' ? '\\n' : was[0]!.end
  const rows = lines.map((line, index) => {
    const from = index < top ? index : index >= lines.length - bottom ? was.length - lines.length + index : -1
    const kept = from < 0 ? undefined : was[from]
    const end = index === lines.length - 1 ? '' : kept?.end || lineEnd
    return (kept?.raw ?? escaped(line, style.ascii)) + end
  })
  const isList = old === undefined ? style.lines : old.type === 'array'
  // Some writers put a whole text into a list of one.
  const isOne = old?.type === 'array' && old.items.length === 1 && was.length > 1 && was[1]!.text + was[1]!.end !== ''
  if (!isList) return `"${rows.join('')}"`
  if (isOne && old.items[0]!.end - old.items[0]!.start > 2) rows.splice(0, rows.length, rows.join(''))
  if (rows.at(-1) === '') rows.pop()
  if (rows.length === 0) return '[]'
  const { lead, gap, tail } = listSpacing(body, old, style, depth)
  return `[${lead}${rows.map((row) => `"${row}"`).join(gap)}${tail}]`
}

/** The white space of a list as it is, as far as it has any. */
function listSpacing(
  body: string,
  old: JsonNode | undefined,
  style: JupyterStyle & { readonly eol: string },
  depth: number,
): ReturnType<typeof spacing> {
  const plain = spacing(style, depth)
  const [first, second] = old?.items ?? []
  if (old === undefined || first === undefined) return plain
  const lead = body.slice(old.start + 1, first.start)
  const gap =
    second === undefined ? (lead.includes('\n') ? `,${lead}` : style.comma) : body.slice(first.end, second.start)
  return { lead, gap, tail: body.slice(old.items.at(-1)!.end, old.end - 1) }
}

import type { CellKind } from '../notebook.ts'
import { isFault, type JsonFault, type JsonNode, property, readJson, stringAt } from './json.ts'
import { readCode } from './magic.ts'
import { type Row, rowsOf, textOfRows } from './source-text.ts'
import { type JupyterStyle, languageNamed } from './style.ts'

/** The metadata under which Databricks keeps a cell's title. */
export const databricksCell = 'application/vnd.databricks.v1+cell'

/** A cell's JSON, understood. */
export interface JupyterCell {
  readonly kind: CellKind
  readonly title: string | null
  readonly source: string
  readonly node: JsonNode
  readonly type: string
  /** The property that holds its text, and its name. */
  readonly sourceNode: JsonNode | undefined
  readonly sourceKey: string
  readonly rows: readonly Row[]
  /** What precedes `source` in its text: a magic word, or the signs of a heading. */
  readonly head: string
}

/** Reads the JSON object of a cell. Gives a fault, with its place in `body`, where something is of another type than it must be. */
export function readCell(body: string, style: JupyterStyle): JupyterCell | JsonFault {
  const node = readJson(body, (key, depth) => depth === 1 && (key === 'outputs' || key === 'attachments'))
  if (isFault(node)) return node
  if (node.type !== 'object') return { what: 'a cell is not an object', offset: 0, atEnd: false }
  const type = stringAt(node, 'cell_type')
  if (type === undefined) return { what: 'a cell does not say its cell_type', offset: node.start, atEnd: false }
  const sourceKey = style.version === 3 && type === 'code' ? 'input' : 'source'
  const sourceNode = property(node, sourceKey)
  const odd = notText(sourceNode)
  if (odd !== null) return { what: `the ${sourceKey} of a cell is not text`, offset: odd.start, atEnd: false }
  const rows = rowsOf(body, sourceNode)
  const text = textOfRows(rows)
  const title = stringAt(property(property(node, 'metadata'), databricksCell), 'title') || null
  return { title, node, type, sourceKey, sourceNode, rows, ...readText(text, type, node, style) }
}

function readText(
  text: string,
  type: string,
  node: JsonNode,
  style: JupyterStyle,
): Pick<JupyterCell, 'kind' | 'head' | 'source'> {
  if (type === 'heading') return { kind: 'markdown', head: '', source: headingSigns(node) + text }
  if (type === 'markdown' || type === 'html') return { kind: 'markdown', head: '', source: text }
  const named = style.version === 3 && type === 'code' ? stringAt(node, 'language') : undefined
  const language = named === undefined ? style.language : languageNamed(named)
  if (type !== 'code' || language === null) return { kind: 'raw', head: '', source: text }
  return readCode(text, { language, databricks: style.databricks })
}

/** `## ` for a heading cell of the second level. */
export function headingSigns(node: JsonNode): string {
  const level = property(node, 'level')?.value
  return `${'#'.repeat(typeof level === 'number' ? Math.min(Math.max(Math.trunc(level), 1), 6) : 1)} `
}

/** What of a source is no text; null: nothing. */
function notText(source: JsonNode | undefined): JsonNode | null {
  if (source === undefined || source.type === 'string') return null
  return source.type === 'array' ? (source.items.find(({ type }) => type !== 'string') ?? null) : source
}

/** For each line of a cell's source the offset in its body where it stands. */
export function rowOffsets({ sourceNode, head }: JupyterCell): number[] {
  if (sourceNode === undefined) return []
  const strings = sourceNode.type === 'array' ? sourceNode.items : [sourceNode]
  const offsets: number[] = []
  let isNew = true
  for (const { start, value } of strings) {
    if (isNew) offsets.push(start)
    const lines = String(value).split('\n')
    isNew = lines.length > 1 && lines.at(-1) === ''
    for (let more = isNew ? 2 : 1; more < lines.length; more++) offsets.push(start)
  }
  // A source that ends in a line end has an empty line behind it.
  if (isNew) offsets.push(strings.at(-1)?.start ?? sourceNode.start)
  return offsets.slice(head.split('\n').length - 1)
}

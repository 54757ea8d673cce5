import type { CellKind, Language, NewCell } from '../notebook.ts'
import { databricksCell, headingSigns, type JupyterCell } from './cell.ts'
import { type JsonNode, property } from './json.ts'
import { readCode, writeCode } from './magic.ts'
import { writeSource } from './source-text.ts'
import { type JupyterStyle, languageNamed } from './style.ts'
import { type Json, ObjectText, writeJson } from './write-json.ts'

export type Style = JupyterStyle & { readonly eol: string }

/** How deep cells stand. */
function cellDepth({ version }: JupyterStyle): number {
  return version === 3 ? 4 : 2
}

/**
 * A cell's JSON with this content: of what stands there now, only what must change does. Its outputs stay as long as it is code. null:
 * the format cannot hold this content.
 */
export function editBody(body: string, old: JupyterCell, content: NewCell, style: Style): string | null {
  const depth = cellDepth(style)
  const object = new ObjectText(body, old.node, style, depth)
  const now = typeAndText(old, content, style)
  if (now === null) return null
  if (now.type !== old.type) changeType(object, old, now.type, style)
  const key = sourceKey(now.type, style)
  if (now.text !== old.rows.map(({ text }) => text).join('\n') || (old.sourceNode === undefined && now.text !== '')) {
    object.set(key, writeSource(now.text, body, old.sourceNode, style, object.inside))
  }
  if (content.title !== old.title) setTitle(object, body, old.node, content.title, style)
  return object.toString()
}

/** The JSON of a new cell; `id` for formats that want one. null: the format cannot hold this content. */
export function newBody(content: NewCell, id: string, style: Style): string | null {
  const type = typeOf(content.kind)
  const text = type === 'code' ? codeText(content, style.language, style) : content.source
  if (text === null) return null
  const depth = cellDepth(style)
  const metadata: Json = content.title === null ? {} : { [databricksCell]: { showTitle: true, title: content.title } }
  const code: Record<string, Json> =
    style.version === 3
      ? { collapsed: false, language: style.language ?? 'python', outputs: [] }
      : { execution_count: null, outputs: [] }
  const plain: Record<string, Json> = {
    cell_type: type,
    metadata,
    ...(type === 'code' ? code : {}),
    ...(style.version === 4 && style.minor >= 5 ? { id } : {}),
  }
  const properties = Object.entries(plain).map(([key, value]) => [key, writeJson(value, style, depth + 1)] as const)
  properties.push([sourceKey(type, style), writeSource(text, '', undefined, style, depth + 1)])
  const object = new ObjectText('{}', emptyObject, style, depth)
  for (const [key, value] of properties.sort(([a], [b]) => (a < b ? -1 : 1))) object.set(key, value)
  return object.toString()
}

const emptyObject: JsonNode = { type: 'object', start: 0, end: 2, value: null, properties: [], items: [] }

function sourceKey(type: string, style: Style): string {
  return style.version === 3 && type === 'code' ? 'input' : 'source'
}

function typeOf(kind: CellKind): string {
  return kind === 'markdown' || kind === 'raw' ? kind : 'code'
}

/** The type of the cell and its whole text; null: the text would be read as something else. */
function typeAndText(old: JupyterCell, content: NewCell, style: Style): { type: string; text: string } | null {
  const { kind, source } = content
  if (kind !== old.kind) {
    const type = typeOf(kind)
    const text = type === 'code' ? codeText(content, languageOf(old, style), style) : source
    return text === null ? null : { type, text }
  }
  if (old.type === 'heading') {
    const signs = headingSigns(old.node)
    const isHeading = source.startsWith(signs) && !source.includes('\n')
    return isHeading ? { type: 'heading', text: source.slice(signs.length) } : { type: 'markdown', text: source }
  }
  if (old.type !== 'code' || kind === 'raw') return { type: old.type, text: source }
  if (source === old.source) return { type: old.type, text: old.head + source }
  const language = languageOf(old, style)
  if (language === null) return null
  const dialect = { language, databricks: style.databricks }
  const text = writeCode(kind, source, dialect, [old.head]) ?? writeCode(kind, source, dialect)
  // Text of a code cell that starts with %md has no other form than that.
  const prose = text === null && kind === 'markdown' ? { type: 'markdown', text: source } : null
  return text === null ? prose : { type: old.type, text }
}

/** The language of a code cell: in version 3 each says its own. */
export function languageOf({ node, type }: JupyterCell, style: JupyterStyle): Language | null {
  const named = style.version === 3 && type === 'code' ? property(node, 'language')?.value : undefined
  return typeof named === 'string' ? languageNamed(named) : style.language
}

function codeText({ kind, source }: NewCell, language: Language | null, style: Style): string | null {
  return language === null ? null : writeCode(kind, source, { language, databricks: style.databricks })
}

/** What a code cell would become if its whole text, head and all, were typed anew. */
export function asTyped(old: JupyterCell, source: string, style: Style): Pick<NewCell, 'kind' | 'source'> | null {
  const language = languageOf(old, style)
  if (old.type !== 'code' || old.kind === 'raw' || language === null) return null
  return readCode(old.head + source, { language, databricks: style.databricks })
}

function changeType(object: ObjectText, old: JupyterCell, type: string, style: Style): void {
  object.set('cell_type', `"${type}"`)
  if (old.type === 'heading') object.remove('level')
  const [was, now] = [old.type === 'code', type === 'code']
  if (was === now) return
  if (style.version === 3) object.rename(old.sourceKey, sourceKey(type, style))
  const ofCode: Record<string, Json> =
    style.version === 3
      ? { collapsed: false, language: style.language ?? 'python', outputs: [] }
      : { execution_count: null, outputs: [] }
  if (now) {
    object.remove('attachments')
    for (const [key, value] of Object.entries(ofCode)) object.set(key, writeJson(value, style, object.inside))
  } else for (const key of [...Object.keys(ofCode), 'prompt_number']) object.remove(key)
}

function setTitle(object: ObjectText, body: string, node: JsonNode, title: string | null, style: Style): void {
  const metadata = property(node, 'metadata')
  const own = property(metadata, databricksCell)
  const isObject = (each: JsonNode | undefined): each is JsonNode => each?.type === 'object'
  const outer = isObject(metadata)
    ? new ObjectText(body, metadata, style, object.inside)
    : new ObjectText('{}', emptyObject, style, object.inside)
  const inner = isObject(own)
    ? new ObjectText(body, own, style, outer.inside)
    : new ObjectText('{}', emptyObject, style, outer.inside)
  inner.set('showTitle', title === null ? 'false' : 'true')
  inner.set('title', writeJson(title ?? '', style, 0))
  outer.set(databricksCell, inner.toString())
  object.set('metadata', outer.toString())
}

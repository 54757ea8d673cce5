import type { JsonNode } from './json.ts'
import type { JupyterStyle } from './style.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

type Layout = Pick<JupyterStyle, 'indent' | 'comma' | 'colon' | 'ascii'> & { readonly eol: string }

/** A value as JSON, laid out like the rest of the file; `depth` is how many levels it stands in. */
export function writeJson(value: Json, layout: Layout, depth: number): string {
  if (typeof value === 'string') return `"${escaped(value, layout.ascii)}"`
  if (typeof value !== 'object' || value === null) return String(value)
  const isList = Array.isArray(value)
  const parts = isList
    ? (value as readonly Json[]).map((item) => writeJson(item, layout, depth + 1))
    : Object.entries(value).map(
        ([key, item]) => `${writeJson(key, layout, 0)}${layout.colon}${writeJson(item, layout, depth + 1)}`,
      )
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return `${open}${close}`
  const { lead, gap, tail } = spacing(layout, depth)
  return `${open}${lead}${parts.join(gap)}${tail}${close}`
}

/** What stands before the first, between two and behind the last part of a list or object at this depth. */
export function spacing(
  { indent, comma, eol }: Layout,
  depth: number,
): { readonly lead: string; readonly gap: string; readonly tail: string } {
  if (indent === null) return { lead: '', gap: comma, tail: '' }
  const lead = eol + indent.repeat(depth + 1)
  return { lead, gap: `,${lead}`, tail: eol + indent.repeat(depth) }
}

/** The text as it stands between the quotes of a JSON string. */
export function escaped(text: string, ascii: boolean): string {
  const plain = JSON.stringify(text).slice(1, -1)
  if (!ascii) return plain
  return plain.replace(/[^\x00-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** An object's text that is being changed: what is not touched keeps its bytes, white space and order included. */
export class ObjectText {
  readonly #layout: Layout
  readonly #depth: number
  readonly #parts: { key: string; before: string; name: string; value: string }[]
  readonly #tail: string
  readonly #lead: string
  readonly #gap: string

  /** `depth`: how many levels the object stands in. */
  constructor(text: string, node: JsonNode, layout: Layout, depth: number) {
    this.#layout = layout
    this.#depth = depth
    let at = node.start + 1
    this.#parts = node.properties.map(({ key, start, value }) => {
      const part = {
        key,
        before: text.slice(at, start),
        name: text.slice(start, value.start),
        value: text.slice(value.start, value.end),
      }
      at = value.end
      return part
    })
    const plain = spacing(layout, depth)
    const isEmpty = this.#parts.length === 0
    this.#tail = isEmpty ? plain.tail : text.slice(at, node.end - 1)
    this.#lead = this.#parts[0]?.before ?? plain.lead
    this.#gap = this.#parts[1]?.before ?? (this.#lead.includes('\n') ? `,${this.#lead}` : plain.gap)
  }

  /** Sets a property's value; a new one takes its place by name if all stand so, else it is the last. */
  set(key: string, value: string): void {
    const old = this.#parts.findLast((part) => part.key === key)
    if (old !== undefined) {
      old.value = value
      return
    }
    const keys = this.#parts.map((part) => part.key)
    const isSorted = keys.every((each, index) => index === 0 || keys[index - 1]! <= each)
    const found = isSorted ? keys.findIndex((each) => each > key) : -1
    const at = found < 0 ? keys.length : found
    const name = `${writeJson(key, this.#layout, 0)}${this.#layout.colon}`
    this.#parts.splice(at, 0, { key, before: at === 0 ? this.#lead : this.#gap, name, value })
    if (at === 0 && this.#parts.length > 1) this.#parts[1]!.before = this.#gap
  }

  remove(key: string): void {
    for (let at = this.#parts.length - 1; at >= 0; at--) {
      if (this.#parts[at]!.key !== key) continue
      this.#parts.splice(at, 1)
      if (at === 0 && this.#parts.length > 0) this.#parts[0]!.before = this.#lead
    }
  }

  rename(from: string, to: string): void {
    const part = this.#parts.findLast(({ key }) => key === from)
    if (part === undefined) return
    part.key = to
    part.name = part.name.replace(/^"(?:\\.|[^"\\])*"/, writeJson(to, this.#layout, 0))
  }

  /** How deep the values of its properties stand. */
  get inside(): number {
    return this.#depth + 1
  }

  toString(): string {
    if (this.#parts.length === 0) return '{}'
    return `{${this.#parts.map(({ before, name, value }) => before + name + value).join('')}${this.#tail}}`
  }
}

import { printParseErrorCode, visit } from 'jsonc-parser'

/** A value in a JSON text: what it is, and from where to where it stands. `unread`: it was not looked into. */
export interface JsonNode {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'unread'
  readonly start: number
  readonly end: number
  /** The value of a string, number or boolean. */
  readonly value: string | number | boolean | null
  /** The properties of an object in their order. */
  readonly properties: readonly JsonProperty[]
  /** The items of an array. */
  readonly items: readonly JsonNode[]
}

export interface JsonProperty {
  readonly key: string
  /** Where the key's quote stands. */
  readonly start: number
  readonly value: JsonNode
}

/** Why a text is not JSON. `atEnd`: it is JSON that ends too early. */
export interface JsonFault {
  readonly what: string
  readonly offset: number
  readonly atEnd: boolean
}

/** Which objects and arrays need not be looked into, by key and depth (1: a property of the outermost object). */
export type Unread = (key: string, depth: number) => boolean

interface OpenNode {
  type: JsonNode['type']
  start: number
  end: number
  value: JsonNode['value']
  properties: JsonProperty[]
  items: JsonNode[]
}

/** What Python writes for numbers that JSON does not have; Jupyter reads it, so it is read here. */
const pythonNumbers = /^(?:NaN|-?Infinity)/

/** Reads JSON, strictly but for the numbers that Python writes. Never throws. */
export function readJson(text: string, unread: Unread = () => false): JsonNode | JsonFault {
  const masked = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text
  const first = parse(masked, unread)
  if (first.numbers.length === 0) return first.read
  let [plain, at] = ['', 0]
  for (const { start, end } of first.numbers) {
    plain += masked.slice(at, start) + '0'.padEnd(end - start)
    at = end
  }
  return parse(plain + masked.slice(at), unread).read
}

export function isFault<T extends object>(read: T | JsonFault): read is JsonFault {
  return 'atEnd' in read
}

/** Also gives where the numbers are that only Python knows; `read` means nothing then. */
function parse(
  text: string,
  unread: Unread,
): { readonly read: JsonNode | JsonFault; readonly numbers: readonly Pick<JsonNode, 'start' | 'end'>[] } {
  const open: { node: OpenNode; key: string; keyStart: number }[] = []
  const numbers: { start: number; end: number }[] = []
  const found: { root?: JsonNode; fault?: JsonFault } = {}
  const textEnd = text.trimEnd().length
  /** How deep in something that is not looked into. */
  let hidden = 0

  const put = (node: JsonNode): void => {
    const parent = open.at(-1)
    if (parent === undefined) found.root = node
    else if (parent.node.type === 'object')
      parent.node.properties.push({ key: parent.key, start: parent.keyStart, value: node })
    else parent.node.items.push(node)
  }
  const begin = (type: 'object' | 'array', start: number): void => {
    if (hidden > 0) return void hidden++
    const parent = open.at(-1)
    if (parent?.node.type === 'object' && unread(parent.key, open.length)) hidden = 1
    const node: OpenNode = {
      type: hidden > 0 ? 'unread' : type,
      start,
      end: start,
      value: null,
      properties: [],
      items: [],
    }
    put(node)
    open.push({ node, key: '', keyStart: 0 })
  }
  const end = (offset: number, length: number): void => {
    if (hidden > 1) return void hidden--
    hidden = 0
    open.pop()!.node.end = offset + length
  }
  try {
    visit(
      text,
      {
        onObjectBegin: (offset) => begin('object', offset),
        onArrayBegin: (offset) => begin('array', offset),
        onObjectEnd: end,
        onArrayEnd: end,
        onObjectProperty: (key, offset) => {
          if (hidden > 0) return
          const parent = open.at(-1)!
          parent.key = key
          parent.keyStart = offset
        },
        onLiteralValue: (value: unknown, start, length) => {
          if (hidden === 0) put({ ...literal(value), start, end: start + length, properties: [], items: [] })
        },
        onError: (error, offset, length) => {
          if (numbers.length > 0 && offset < numbers.at(-1)!.end) return
          const code = printParseErrorCode(error)
          const number = code === 'InvalidSymbol' ? pythonNumbers.exec(text.slice(offset, offset + 9)) : null
          if (number !== null) numbers.push({ start: offset, end: offset + number[0].length })
          else
            found.fault ??= {
              what: words[code] ?? 'it is not JSON',
              offset: Math.min(offset, textEnd),
              atEnd: offset + length >= textEnd,
            }
        },
      },
      { disallowComments: true },
    )
  } catch {
    found.fault = { what: 'it is nested too deeply', offset: 0, atEnd: false }
  }
  return { read: found.fault ?? found.root ?? { what: 'it is empty', offset: 0, atEnd: true }, numbers }
}

function literal(value: unknown): Pick<JsonNode, 'type' | 'value'> {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'number') return { type: 'number', value }
  return typeof value === 'boolean' ? { type: 'boolean', value } : { type: 'null', value: null }
}

/** What a parser's complaint means to a person. */
const words: Readonly<Record<string, string>> = {
  InvalidSymbol: 'there is something that is not JSON',
  InvalidNumberFormat: 'a number is not well formed',
  PropertyNameExpected: 'the name of a property is missing, or a comma is too many',
  ValueExpected: 'a value is missing, or a comma is too many',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'something follows behind the end',
  InvalidCommentToken: 'there is a comment, which JSON does not have',
  UnexpectedEndOfString: 'a text has no end on its line',
  UnexpectedEndOfNumber: 'a number is not well formed',
  InvalidUnicode: 'an escaped character is not well formed',
  InvalidEscapeCharacter: 'an escaped character is not well formed',
  InvalidCharacter: 'a text holds a control character',
}

/** The value of a property; the last one of that name counts, as it does to Python. */
export function property(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.properties.findLast((each) => each.key === key)?.value
}

/** The text of a string property. */
export function stringAt(node: JsonNode | undefined, key: string): string | undefined {
  const value = property(node, key)?.value
  return typeof value === 'string' ? value : undefined
}

import { gap } from '../rough-path.ts'
import { getUnescapedString } from '@zzzen/pyright-internal/dist/parser/stringTokenUtils.js'
import type { Arguments } from './arguments.ts'
import { evaluate } from './expressions.ts'
import { callDunder } from './closures.ts'
import { StringFlag, type FormatStringNode, type StringNode } from './nodes.ts'
import type { Run } from './run.ts'
import { collection, entriesOf, itemsOf } from './variables.ts'
import { ofLiteral, onlyText, texts, unknown, type Literal, type Value } from './value.ts'

const mostTexts = 64

/** The text that a string literal stands for. */
export function literalText(node: StringNode): string {
  return getUnescapedString(node.d.token).value
}

/** All sums of these values, which are all texts or all numbers; unknown if one of them is. */
export function addTexts(values: readonly Value[]): Value {
  if (values.length === 1) return values[0]!
  let sums: readonly Literal[] = values[0]?.literals ?? []
  if (values.some((value) => value.literals === null || value.literals.length === 0)) return unknown
  for (const value of values.slice(1)) {
    const next: Literal[] = []
    for (const left of sums) {
      for (const right of value.literals!) {
        if (typeof left === 'string' && typeof right === 'string') next.push(left + right)
        else if (typeof left === 'number' && typeof right === 'number') next.push(left + right)
        else return unknown
      }
    }
    if (next.length > mostTexts) return unknown
    sums = next
  }
  return ofLiteral(...new Set(sums))
}

/** Texts one after another, with a gap for each that is not known; unknown if nothing is. */
export function joinTexts(values: readonly Value[]): Value {
  const rough = values.map((value) => (isText(value) ? value : ofLiteral(gap)))
  const sum = addTexts([ofLiteral(''), ...rough])
  if (sum.literals !== null) return settled(sum)
  // Too many ways: those parts that may be several texts are gaps.
  const rougher = rough.map((value) => (value.literals!.length > 1 ? ofLiteral(gap) : value))
  const less = addTexts([ofLiteral(''), ...rougher])
  return less.literals === null ? unknown : settled(less)
}

function settled(sum: Value): Value {
  const all = sum.literals!.map((literal) => String(literal).replace(gaps, gap))
  return all.every((text) => text === gap) ? unknown : ofLiteral(...new Set(all))
}

const gaps = new RegExp(`${gap}+`, 'g')

function isText({ literals }: Value): boolean {
  return literals !== null && literals.length > 0 && literals.every((literal) => typeof literal === 'string')
}

/** `"name" + x`, where only one of the two is known and the other is no object of a kind that we know. */
export function addRough(left: Value, right: Value): readonly Literal[] | null {
  if (!isText(left) && !isText(right)) return null
  return joinTexts([left, right]).literals
}

/** How Python prints a value in text; null where it differs from what we would print. */
export function printed(literal: Literal): string | null {
  if (typeof literal === 'string') return literal
  if (typeof literal === 'number') return Number.isInteger(literal) ? String(literal) : null
  if (literal === null) return 'None'
  return literal ? 'True' : 'False'
}

export function asText(value: Value): Value {
  const all = value.literals?.map(printed)
  return all === undefined || all.includes(null) ? unknown : ofLiteral(...(all as string[]))
}

/** What `{x:03d}` and `"%03d" % x` print for whole numbers, and `{x:s}` for texts; other formats are not ours to know. */
function formatted(value: Value, format: string): Value {
  if (format === '' || format === 's') return asText(value)
  const padded = /^0?(\d*)d$/.exec(format)
  if (padded === null || value.literals === null) return unknown
  const width = Number(padded[1] || 0)
  const fill = format.startsWith('0') ? '0' : ' '
  if (!value.literals.every((literal) => Number.isInteger(literal) && Number(literal) >= 0)) return unknown
  return ofLiteral(...value.literals.map((literal) => String(literal).padStart(width, fill)))
}

/** One piece of an f-string: its text, or the value of a field. */
export interface Piece {
  readonly start: number
  readonly end: number
  readonly value: Value
  /** Text of the source itself, character by character. */
  readonly verbatim: boolean
}

/** The pieces of an f-string in order. Evaluates its fields. */
export function piecesOf(run: Run, node: FormatStringNode): readonly Piece[] {
  const source = run.frame.program.text
  const fields: Piece[] = node.d.fieldExprs.map((field) => {
    const end = field.start + field.length
    const value = evaluate(run, field)
    callDunder(run, value, ['__format__', '__str__', '__repr__'], field)
    // `{x!r}` and `{x=}` print in ways that are not ours to know.
    const format = /^\s*(?::([^{}]*))?\}/.exec(source.slice(end, end + 40))
    return {
      start: field.start,
      end,
      value: format === null ? unknown : formatted(value, format[1] ?? ''),
      verbatim: false,
    }
  })
  for (const format of node.d.formatExprs) evaluate(run, format)
  const pieces: Piece[] = node.d.middleTokens
    // The format of a field is no text of its own.
    .filter((token) => !isFormat(source, token.start, fields))
    .map((token) => {
      const text = getUnescapedString(token).value.replace(/\{\{/g, '{').replace(/\}\}/g, '}')
      const end = token.start + token.length
      return { start: token.start, end, value: ofLiteral(text), verbatim: text.length === token.length }
    })
  return [...pieces, ...fields].sort((a, b) => a.start - b.start)
}

function isFormat(source: string, at: number, fields: readonly Piece[]): boolean {
  const field = fields.findLast(({ end }) => end <= at)
  return field !== undefined && /^\s*(![rsa])?\s*:$/.test(source.slice(field.end, at))
}

export function formattedText(run: Run, node: FormatStringNode): Value {
  // `t"{x}"` is not text yet: it holds its values.
  if ((node.d.token.flags & StringFlag.Template) !== 0)
    return collection(
      run,
      node.d.fieldExprs.map((field) => evaluate(run, field)),
      { container: false },
    )
  return joinTexts(piecesOf(run, node).map((piece) => piece.value))
}

/** `"%s.%s" % (a, b)`, `"%(a)s" % {…}` for texts and whole numbers. */
export function percentFormat(run: Run, template: Value, value: Value): Value {
  const text = onlyText(template)
  if (text === null) return unknown
  const named = entriesOf(run, value)
  if (named != null) {
    const keys = [...text.matchAll(/%\((\w+)\)/g)].map(([, name]) => named.get(name!) ?? unknown)
    return fill(text.split(/%\(\w+\)[sd]/), keys)
  }
  const values = itemsOf(run, value) ?? [value]
  const parts = text.split(/%\d*[sd]/)
  const formats = [...text.matchAll(/%(\d*[sd])/g)].map(([, format]) => format!)
  return fill(
    parts,
    values.map((each, index) => formatted(each, formats[index]?.replace(/^0?d$/, '') ?? '')),
  )
}

/** `"{}.{name}".format(a, name=b)`. */
export function bracesFormat(template: string, positional: readonly Value[], named: ReadonlyMap<string, Value>): Value {
  const plain = template.replaceAll('{{', '\0').replaceAll('}}', '\x01')
  const back = (text: string): string => text.replaceAll('\0', '{').replaceAll('\x01', '}')
  const fields = [...plain.matchAll(/\{(\w*)(![rsa])?(?::([^{}]*))?\}/g)]
  let next = 0
  const values = fields.map(([, name, conversion, format]) => {
    const given = name === '' ? positional[next++] : /^\d+$/.test(name!) ? positional[Number(name)] : named.get(name!)
    return conversion !== undefined || given === undefined ? unknown : formatted(given, format ?? '')
  })
  const rest = plain.split(/\{\w*(?:![rsa])?(?::[^{}]*)?\}/)
  return rest.some((part) => /[{}]/.test(part)) ? unknown : fill(rest.map(back), values)
}

function fill(around: readonly string[], values: readonly Value[]): Value {
  if (around.length !== values.length + 1) return unknown
  return joinTexts(
    around.flatMap((text, index) => (index === 0 ? [ofLiteral(text)] : [asText(values[index - 1]!), ofLiteral(text)])),
  )
}

/** What a method of a known text gives, for the methods that build names and paths. */
export function textMethod(run: Run, receiver: Value, name: string, args: Arguments): Value | undefined {
  const { literals } = receiver
  if (receiver.objects.length > 0 || literals === null || literals.length === 0) return undefined
  if (!literals.every((literal) => typeof literal === 'string')) return undefined
  if (name === 'format') {
    const template = onlyText(receiver)
    return template === null || args.others.length > 0 ? unknown : bracesFormat(template, args.positional, args.named)
  }
  if (name === 'join') return joinedBy(run, receiver, args.positional[0])
  const given = args.positional.map((value) => onlyText(value))
  if (given.includes(null) || args.named.size > 0 || args.others.length > 0) return undefined
  if (name === 'split') return splitBy(run, receiver, given[0])
  const method = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined
  // Blanks around a name do not matter where it is used.
  if (given.length === 0 && /^[lr]?strip$/.test(name) && literals.every((text) => text.startsWith(gap))) return receiver
  // What stands in a gap may be what is looked for.
  if (method === undefined || (texts(receiver) === null && !caseMethods.has(name)))
    return method === undefined ? undefined : unknown
  return ofLiteral(...literals.map((text) => aroundGaps(text, (part) => method(part, given as string[]))))
}

/** Changes what is known of a text. */
function aroundGaps(text: string, change: (part: string) => string): string {
  return text.replace(/\uE000(?:\{[\w-]+\})?|[^\uE000]+|^$/g, (part) => (part.startsWith(gap) ? part : change(part)))
}

/** `"/".join(parts)` for parts that are known one by one. */
function joinedBy(run: Run, separator: Value, parts: Value | undefined): Value | undefined {
  const items = parts === undefined ? null : itemsOf(run, parts)
  // An iterator is used up by it.
  if (items === null || parts!.objects.some(({ kind }) => kind === 'iterator')) return undefined
  return joinTexts(items.flatMap((item, index) => (index === 0 ? [item] : [separator, item])))
}

function splitBy(run: Run, receiver: Value, separator: string | null | undefined): Value | undefined {
  const text = onlyText(receiver)
  if (text === null || separator === null || separator === '') return undefined
  const parts = separator === undefined ? text.trim().split(/\s+/) : text.split(separator)
  const items = parts.map((part) => ofLiteral(part))
  return collection(run, items, { items })
}

const caseMethods = new Set(['lower', 'upper', 'casefold'])

const textMethods: Readonly<Record<string, (text: string, args: readonly string[]) => string>> = {
  lower: (text) => text.toLowerCase(),
  casefold: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  strip: (text, [characters]) => stripStart(stripEnd(text, characters), characters),
  lstrip: (text, [characters]) => stripStart(text, characters),
  rstrip: (text, [characters]) => stripEnd(text, characters),
  capitalize: (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  replace: (text, [from, to]) => (from === undefined || to === undefined ? text : text.replaceAll(from, to)),
  removesuffix: (text, [suffix]) => (suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
  removeprefix: (text, [prefix]) => (prefix && text.startsWith(prefix) ? text.slice(prefix.length) : text),
}

function stripEnd(text: string, characters: string | undefined): string {
  let end = text.length
  while (end > 0 && isStripped(text[end - 1]!, characters)) end--
  return text.slice(0, end)
}

function stripStart(text: string, characters: string | undefined): string {
  let start = 0
  while (start < text.length && isStripped(text[start]!, characters)) start++
  return text.slice(start)
}

function isStripped(character: string, characters: string | undefined): boolean {
  return characters === undefined ? /\s/.test(character) : characters.includes(character)
}

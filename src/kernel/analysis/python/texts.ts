import { getUnescapedString } from '@zzzen/pyright-internal/dist/parser/stringTokenUtils.js'
import type { Arguments } from './arguments.ts'
import { evaluate } from './expressions.ts'
import { callDunder } from './closures.ts'
import { StringFlag, type FormatStringNode, type StringNode } from './nodes.ts'
import type { Run } from './run.ts'
import { collection, itemsOf } from './variables.ts'
import { ofLiteral, onlyText, unknown, type Literal, type Value } from './value.ts'

const mostTexts = 64

/** The text that a string literal stands for. */
export function literalText(node: StringNode): string {
  return getUnescapedString(node.d.token).value
}

/** All ways to put these values one after another; unknown if one of them is. */
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
  const pieces: Piece[] = node.d.middleTokens.map((token) => {
    const text = getUnescapedString(token).value.replace(/\{\{/g, '{').replace(/\}\}/g, '}')
    const end = token.start + token.length
    return { start: token.start, end, value: ofLiteral(text), verbatim: text.length === token.length }
  })
  for (const format of node.d.formatExprs) evaluate(run, format)
  for (const field of node.d.fieldExprs) {
    const end = field.start + field.length
    const found = evaluate(run, field)
    callDunder(run, found, ['__format__', '__str__', '__repr__'], field)
    const value = asText(found)
    // `{x:>8}`, `{x!r}` and `{x=}` print in ways that are not ours to know.
    const plain = /^\s*\}/.test(run.frame.program.text.slice(end, end + 20))
    pieces.push({ start: field.start, end, value: plain ? value : unknown, verbatim: false })
  }
  return pieces.sort((a, b) => a.start - b.start)
}

export function formattedText(run: Run, node: FormatStringNode): Value {
  // `t"{x}"` is not text yet: it holds its values.
  if ((node.d.token.flags & StringFlag.Template) !== 0)
    return collection(
      run,
      node.d.fieldExprs.map((field) => evaluate(run, field)),
      { container: false },
    )
  return addTexts([ofLiteral(''), ...piecesOf(run, node).map((piece) => piece.value)])
}

/** `"%s.%s" % (a, b)` for texts and whole numbers. */
export function percentFormat(run: Run, template: Value, value: Value): Value {
  const [text] = template.literals ?? []
  if (template.literals?.length !== 1 || typeof text !== 'string') return unknown
  const values = itemsOf(run, value) ?? [value]
  return fill(text.split(/%[sd]/), values)
}

/** `"{}.{name}".format(a, name=b)`. */
export function bracesFormat(template: string, positional: readonly Value[], named: ReadonlyMap<string, Value>): Value {
  const fields = [...template.matchAll(/\{(\w*)\}/g)]
  let next = 0
  const values = fields.map(([, name]) => {
    if (name === '') return positional[next++] ?? unknown
    return /^\d+$/.test(name!) ? (positional[Number(name)] ?? unknown) : (named.get(name!) ?? unknown)
  })
  const rest = template.split(/\{\w*\}/)
  return rest.some((part) => /[{}]/.test(part)) ? unknown : fill(rest, values)
}

function fill(around: readonly string[], values: readonly Value[]): Value {
  if (around.length !== values.length + 1) return unknown
  return addTexts(
    around.flatMap((text, index) => (index === 0 ? [ofLiteral(text)] : [asText(values[index - 1]!), ofLiteral(text)])),
  )
}

/** What a method of a known text gives, for the methods that build names and paths. */
export function textMethod(receiver: Value, name: string, args: Arguments): Value | undefined {
  const { literals } = receiver
  if (receiver.objects.length > 0 || literals === null || literals.length === 0) return undefined
  if (!literals.every((literal) => typeof literal === 'string')) return undefined
  if (name === 'format') {
    if (literals.length !== 1 || args.others.length > 0) return unknown
    return bracesFormat(literals[0]!, args.positional, args.named)
  }
  const given = args.positional.map((value) => onlyText(value))
  if (given.includes(null) || args.named.size > 0 || args.others.length > 0) return undefined
  const method = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined
  return method === undefined ? undefined : ofLiteral(...literals.map((text) => method(text, given as string[])))
}

const textMethods: Readonly<Record<string, (text: string, args: readonly string[]) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  rstrip: (text, [characters]) => stripEnd(text, characters),
  replace: (text, [from, to]) => (from === undefined || to === undefined ? text : text.replaceAll(from, to)),
  removesuffix: (text, [suffix]) => (suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
  removeprefix: (text, [prefix]) => (prefix && text.startsWith(prefix) ? text.slice(prefix.length) : text),
}

function stripEnd(text: string, characters: string | undefined): string {
  let end = text.length
  while (end > 0 && (characters === undefined ? /\s/.test(text[end - 1]!) : characters.includes(text[end - 1]!))) end--
  return text.slice(0, end)
}

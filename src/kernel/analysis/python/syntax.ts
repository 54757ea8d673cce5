import { DiagnosticSink } from '@zzzen/pyright-internal/dist/common/diagnosticSink.js'
import { convertPositionToOffset } from '@zzzen/pyright-internal/dist/common/positionUtils.js'
import { pythonVersion3_13, pythonVersion3_14 } from '@zzzen/pyright-internal/dist/common/pythonVersion.js'
import { ParseOptions, Parser, type ParseFileResults } from '@zzzen/pyright-internal/dist/parser/parser.js'
import type { Span } from '../effect.ts'
import { maskHelp, maskMagics, type MagicLine, type MaskedSource } from './magics.ts'
import { StringFlag, TokenKind, type ModuleNode, type ParseNode, type StringToken, type Token } from './nodes.ts'

/** Something that is not Python. */
export interface SyntaxProblem {
  readonly where: Span
  readonly message: string
}

/** Python text as a tree, with the tokens it was made of. Offsets are those of the text. */
export interface Syntax {
  readonly text: string
  readonly tree: ModuleNode
  readonly tokens: readonly Token[]
  readonly problems: readonly SyntaxProblem[]
  readonly magics: readonly MagicLine[]
}

/** Parses Python 3.8–3.14, with IPython's lines. Never throws: what cannot be read is in `problems`. */
export function parsePython(source: string): Syntax {
  const masked = maskMagics(source)
  const plain = parseMasked(masked)
  if (plain.problems.length === 0 || !masked.text.includes('?')) return plain
  const helped = parseMasked({ ...masked, text: maskHelp(masked.text) })
  return helped.problems.length === 0 ? helped : plain
}

function parseMasked({ text, magics }: MaskedSource): Syntax {
  // With the grammar of 3.14 a `return` in `finally` is an error, which older versions allow: a text may be either.
  const older = parseAs(text, pythonVersion3_13)
  const newer = older.problems.length === 0 ? older : parseAs(text, pythonVersion3_14)
  const { results, problems } = newer.problems.length < older.problems.length ? newer : older
  return { text, tree: results.parserOutput.parseTree, tokens: tokensOf(results), problems, magics }
}

function parseAs(text: string, version: typeof pythonVersion3_13) {
  const options = new ParseOptions()
  options.pythonVersion = version
  const sink = new DiagnosticSink()
  const results = new Parser().parseSourceFile(text, options, sink)
  const { lines } = results.parserOutput
  const offset = (line: number, character: number) => convertPositionToOffset({ line, character }, lines) ?? text.length
  const problems = sink.getErrors().map((error): SyntaxProblem => {
    const { start, end } = error.range
    return {
      where: { start: offset(start.line, start.character), end: offset(end.line, end.character) },
      message: error.message,
    }
  })
  return { results, problems: problems.length === 0 ? problems : withoutTypeProblems(problems, tokensOf(results)) }
}

function tokensOf(results: ParseFileResults): Token[] {
  const { tokens } = results.tokenizerOutput
  return Array.from({ length: tokens.count }, (_, index) => tokens.getItemAt(index))
}

/** Pyright reads annotations in strings and comments as types and objects to what is none. Python does not. */
function withoutTypeProblems(problems: SyntaxProblem[], tokens: readonly Token[]): SyntaxProblem[] {
  const ignored = tokens.flatMap((token) => [
    ...(token.comments ?? []).map(({ start, length }) => ({ start, end: start + length })),
    ...(isPlainString(token) ? [spanOf(token)] : []),
  ])
  return problems.filter(
    ({ where }) => !ignored.some(({ start, end }) => where.start >= start && where.end <= end && where.start < end),
  )
}

function isPlainString(token: Token): boolean {
  return (
    token.type === TokenKind.String &&
    ((token as StringToken).flags & (StringFlag.Unterminated | StringFlag.Bytes)) === 0
  )
}

export function spanOf(node: ParseNode | Token): Span {
  return { start: node.start, end: node.start + node.length }
}

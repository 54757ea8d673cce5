import { getUnescapedString } from '@zzzen/pyright-internal/dist/parser/stringTokenUtils.js'
import {
  Keyword,
  StringFlag,
  TokenKind,
  type FStringMiddleToken,
  type KeywordToken,
  type StringToken,
  type Token,
} from './nodes.ts'
import type { Syntax } from './syntax.ts'

interface OpenBracket {
  /** A comma was seen inside, so that one more at the end changes nothing. */
  comma: boolean
  lambda: boolean
}

/**
 * The code without comments, blank lines and what a formatter changes: quotes, line breaks in brackets, commas behind the last
 * of several items. Equal text means equal meaning.
 */
export function normalizePython(syntax: Syntax, source: string): string {
  const out: string[] = []
  const open: OpenBracket[] = []
  const { tokens } = syntax
  const text = (token: Token): string => syntax.text.slice(token.start, token.start + token.length)
  tokens.forEach((token, index) => {
    switch (token.type) {
      case TokenKind.NewLine:
        if (out.length > 0 && out.at(-1) !== '\n') out.push('\n')
        return
      case TokenKind.Semicolon:
        if (out.at(-1) !== '\n') out.push('\n')
        return
      case TokenKind.Indent:
        out.push('⇥')
        return
      case TokenKind.Dedent:
        out.push('⇤')
        return
      case TokenKind.EndOfStream:
        return
      case TokenKind.String:
        out.push(stringText(token as StringToken))
        return
      case TokenKind.FStringStart:
        out.push(
          `${text(token)
            .toLowerCase()
            .replace(/['"]+$/, '')}"`,
        )
        return
      case TokenKind.FStringMiddle:
        out.push((token as FStringMiddleToken).escapedValue)
        return
      case TokenKind.FStringEnd:
        out.push('"')
        return
      case TokenKind.OpenParenthesis:
      case TokenKind.OpenBracket:
      case TokenKind.OpenCurlyBrace:
        open.push({ comma: false, lambda: false })
        break
      case TokenKind.CloseParenthesis:
      case TokenKind.CloseBracket:
      case TokenKind.CloseCurlyBrace:
        open.pop()
        break
      case TokenKind.Comma: {
        const bracket = open.at(-1)
        if (bracket === undefined) break
        const next = tokens[index + 1]?.type
        const last =
          next === TokenKind.CloseParenthesis || next === TokenKind.CloseBracket || next === TokenKind.CloseCurlyBrace
        if (last && bracket.comma && !bracket.lambda) return
        bracket.comma = true
        break
      }
      case TokenKind.Keyword: {
        const bracket = open.at(-1)
        if (bracket !== undefined && (token as KeywordToken).keywordType === Keyword.Lambda) bracket.lambda = true
        break
      }
      default:
        break
    }
    out.push(text(token))
  })
  const magics = syntax.magics.map(({ where }) => source.slice(where.start, where.end).trim())
  while (out.at(-1) === '\n' || out.at(-1) === '⇤') out.pop()
  return [...(out.length > 0 ? [out.join(' ')] : []), ...magics].join('\n')
}

function stringText(token: StringToken): string {
  const { value } = getUnescapedString(token)
  return `${(token.flags & StringFlag.Bytes) === 0 ? '' : 'b'}${JSON.stringify(value)}`
}

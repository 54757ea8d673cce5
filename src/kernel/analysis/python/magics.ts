import { Tokenizer } from '@zzzen/pyright-internal/dist/parser/tokenizer.js'
import type { Span } from '../effect.ts'

/** An IPython line (`%pip install x`, `!ls`) inside a Python cell. `text` is the line without its indentation. */
export interface MagicLine {
  readonly text: string
  readonly where: Span
}

/** Text that Python can read, with the same length and line ends as the text it was made from. */
export interface MaskedSource {
  readonly text: string
  readonly magics: readonly MagicLine[]
}

const magicComment = { first: 1, last: 4 }
// `%time x = f()` runs Python in the notebook's own names; other magics do not.
const runsPython = /^%%?(time|timeit|prun|memit|lprun|mprun|capture)\b[ \t]*(-\S+[ \t]+\S+[ \t]+)*/
const captures = /^%%capture\b(?:[ \t]+--\S+)*[ \t]+([A-Za-z_]\w*)[ \t]*$/
const assigned = /^([ \t]*[A-Za-z_][\w, \t]*=[ \t]*)([!%][\w.~/$"'{][^\n]*)$/gm
// `?x`, `x?`, `x.y??`: IPython shows help.
const help = /^([ \t]*)(?:\?{1,2}[ \t]*([\w.*%]+)|([\w.*%]+)\?{1,2})[ \t]*$/gm

/** Replaces IPython's lines by harmless Python of the same length, so that all offsets stay. */
export function maskMagics(source: string): MaskedSource {
  if (!/(^|=)[ \t]*[%!]/m.test(source)) return { text: source, magics: [] }
  const magics: MagicLine[] = []
  const withoutAssigned = source.replace(assigned, (_, target: string, command: string, at: number) => {
    const start = at + target.length
    magics.push({ text: command, where: { start, end: start + command.length } })
    return target + '0'.padEnd(command.length)
  })
  let text = withoutAssigned
  for (const { start, end } of magicRanges(withoutAssigned)) {
    const line = withoutAssigned.slice(start, end)
    magics.push({ text: line, where: { start, end } })
    text = text.slice(0, start) + maskedLine(line) + text.slice(end)
  }
  return { text, magics: magics.sort((a, b) => a.where.start - b.where.start) }
}

/** The same text with IPython's questions for help taken for the names that they ask for. Only for text that is no Python as it is. */
export function maskHelp(text: string): string {
  return text.replace(help, (line: string, indent: string, after?: string, before?: string) => {
    const asked = after ?? before!
    return (indent + (/^[A-Za-z_][\w.]*\w$|^[A-Za-z_]$/.test(asked) ? asked : '0')).padEnd(line.length)
  })
}

/** `0` keeps an otherwise empty block valid. */
function maskedLine(line: string): string {
  const caught = captures.exec(line)?.[1]
  if (caught !== undefined) return `${caught}=0`.padEnd(line.length)
  const prefix = runsPython.exec(line)?.[0]
  const isCode = prefix !== undefined && prefix.length < line.length && line[prefix.length] !== '-'
  if (isCode && !line.startsWith('%%capture')) {
    return '0;'.padEnd(prefix.length) + line.slice(prefix.length)
  }
  return line
    .replace(/[^\n]+/, (first) => '0'.padEnd(first.length))
    .replace(/(?<=\n)[^\n]+/g, (rest) => ' '.repeat(rest.length))
}

function magicRanges(text: string): Span[] {
  const { tokens } = new Tokenizer().tokenize(text, 0, text.length, 0, true)
  const ranges: Span[] = []
  for (let index = 0; index < tokens.count; index++) {
    for (const comment of tokens.getItemAt(index).comments ?? []) {
      const kind: number = comment.type
      if (kind < magicComment.first || kind > magicComment.last) continue
      const lead = text.startsWith('%%', comment.start - 2) || text.startsWith('!!', comment.start - 2) ? 2 : 1
      // A cell magic swallows the rest of the cell in Jupyter's terms; those that run Python are unmasked below it.
      const end =
        lead === 2 && runsPython.test(text.slice(comment.start - 2))
          ? lineEnd(text, comment.start)
          : comment.start + comment.length
      ranges.push({ start: comment.start - lead, end })
      if (end < comment.start + comment.length) {
        const rest = ' '.repeat(end) + text.slice(end)
        ranges.push(...magicRanges(rest))
      }
    }
  }
  return ranges
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

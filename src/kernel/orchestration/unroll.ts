import type { Step } from '../analysis/index.ts'

/**
 * The rounds of a loop over known things, each as code that can stand by itself: what the loop's variables are, then its body as it
 * stands. null: it is no such loop, it does not make `count` rounds with one call each, or it may be left early.
 */
export function unrolled(source: string, step: Step, count: number): string[] | null {
  const { rounds } = step
  if (rounds === null || rounds.binds.length !== count || rounds.binds.includes(null)) return null
  const body = dedented(source, rounds.body.start, rounds.body.end)
  if (body === null || /\b(break|continue|global)\b/.test(body)) return null
  return rounds.binds.map((binds) => {
    const names = Object.entries(binds!).filter(([name]) => new RegExp(`\\b${name}\\b`).test(body))
    return [...names.map(([name, text]) => `${name} = ${text}`), body].join('\n')
  })
}

/** The lines of a block without their common indentation; null: a text over several lines would change. */
function dedented(source: string, start: number, end: number): string | null {
  const line = source.lastIndexOf('\n', start - 1) + 1
  const own = source.slice(line, start)
  // `for x in y: call(x)` stands on one line; else the block begins with the line break behind the colon.
  const text = source.slice(start, end).replace(/^:\s*?(?=\n|\S)/, '')
  if (!text.includes('\n')) return text.trim()
  if (/"""|'''/.test(text)) return null
  const lines = (own.trim() === '' && !text.startsWith('\n') ? own + text : text).split('\n')
  const full = lines.filter((each) => each.trim() !== '')
  const indent = /^[ \t]*/.exec(full[0] ?? '')![0]
  if (!full.every((each) => each.startsWith(indent))) return null
  return lines
    .map((each) => (each.trim() === '' ? '' : each.slice(indent.length)))
    .join('\n')
    .replace(/^\n+|\s+$/g, '')
}

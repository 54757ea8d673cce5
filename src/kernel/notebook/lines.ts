/** The lines of a text, each with its line end ("\n" or "\r\n"); the last may have none. "" has no line. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** A line without its line end. */
export function lineText(line: string): string {
  if (!line.endsWith('\n')) return line
  return line.slice(0, line.endsWith('\r\n') ? -2 : -1)
}

/** The line end of a line, "" if it has none. */
export function lineEnd(line: string): string {
  return line.slice(lineText(line).length)
}

export function isBlank(line: string): boolean {
  return line.trim() === ''
}

/** How many line ends a text has. */
export function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

import type { FoundIn, NotebookRule } from '../rule.ts'

const exits = /dbutils\.notebook\.exit|(?:sys|os)\._?exit|raise\s+SystemExit|(?<![\w.])(?:exit|quit)\s*\(/

/** A cell that may end the notebook, where there is something to be skipped below. */
export const leaving: NotebookRule = function* ({ cells, graph }): Iterable<FoundIn> {
  let below = 0
  const found: FoundIn[] = []
  for (let index = cells.length - 1; index >= 0; index--) {
    const { source, analysis } = cells[index]!
    if (graph.cells[index]!.leaves && below > 0) {
      const match = exits.exec(source)
      const start = match?.index ?? 0
      const end = match === null ? firstLineEnd(source) : start + match[0].length
      const skipped = below === 1 ? 'the cell below it is' : `the ${below} cells below it are`
      found.push({
        index,
        code: 'may-exit',
        where: { start, end },
        message: `This cell may end the notebook here; then ${skipped} skipped. So they wait for it. If only this cell has to stop, use an if.`,
      })
    }
    if (analysis.normalized !== '' && analysis.pragma.run !== 'off') below++
  }
  yield* found.reverse()
}

/** The end of the first line. */
export function firstLineEnd(source: string): number {
  const end = source.indexOf('\n')
  return end === -1 ? source.length : end
}

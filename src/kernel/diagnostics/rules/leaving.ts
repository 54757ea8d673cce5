import type { Span } from '../../analysis/index.ts'
import type { DiagnosedCell, FoundIn, NotebookRule } from '../rule.ts'

const exits = /dbutils\.notebook\.exit|(?:sys|os)\._?exit|raise\s+SystemExit|(?<![\w.])(?:exit|quit)\s*\(/

/** A cell that may end the notebook, where there is something to be skipped below. */
export const leaving: NotebookRule = function* ({ cells, graph }): Iterable<FoundIn> {
  let below = 0
  const found: FoundIn[] = []
  for (let index = cells.length - 1; index >= 0; index--) {
    const { source, analysis } = cells[index]!
    if (graph.cells[index]!.leaves && below > 0) {
      const match = exits.exec(source)
      const where =
        match === null ? firstStatement(cells[index]!) : { start: match.index, end: match.index + match[0].length }
      const skipped = below === 1 ? 'the cell below it is' : `the ${below} cells below it are`
      found.push({
        index,
        code: 'may-exit',
        where,
        message: `This cell may end the notebook here; then ${skipped} skipped. So they wait for it. If only this cell has to stop, use an if.`,
      })
    }
    if (analysis.normalized !== '' && analysis.pragma.run !== 'off') below++
  }
  yield* found.reverse()
}

/** The first line of a cell's code: where a remark on all of it stands. */
export function firstStatement({ source, analysis }: Pick<DiagnosedCell, 'source' | 'analysis'>): Span {
  const start = analysis.statements[0]?.span.start ?? source.length - source.trimStart().length
  const end = source.indexOf('\n', start)
  return { start, end: end === -1 ? source.length : end }
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultNamespace, loadSql, NotebookAnalysis } from '../analysis/index.ts'
import { edited, randomEdits, type EditedNotebook } from '../analysis/random-edits.testing.ts'
import { buildGraph, NotebookGraph, type GraphInput } from './index.ts'

await loadSql()

test('after any edits the graph is the one that is built anew', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(randomEdits, ({ first, edits }) => {
      let notebook = first
      const context = {
        namespace: defaultNamespace,
        files: (path: string): string | null => notebook.files[path] ?? null,
      }
      const analysis = new NotebookAnalysis(context)
      const graph = new NotebookGraph()
      graph.update(inputsOf(notebook, analysis))
      for (const edit of edits) {
        notebook = edited(notebook, edit)
        const found = graph.update(inputsOf(notebook, analysis))
        const anew = inputsOf(notebook, new NotebookAnalysis(context))
        expect(found).toEqual(buildGraph(anew))
      }
    }),
    { numRuns: Number(process.env['DAGBOOK_TEST_RUNS'] ?? 100) },
  )
})

function inputsOf({ cells }: EditedNotebook, analysis: NotebookAnalysis): GraphInput[] {
  return analysis.update(cells).map(({ key, cell, analysis: each }, index) => ({
    id: cells[index]!.id,
    key,
    source: cell.source,
    analysis: each,
  }))
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzeNotebook, defaultNamespace, loadSql, NotebookAnalysis } from './index.ts'
import { newNotebook } from '../notebook/index.ts'
import { edited, randomEdits } from './random-edits.testing.ts'

await loadSql()

test('after any edits the analysis is the one of the notebook read anew', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(randomEdits, ({ first, edits }) => {
      let notebook = first
      const context = {
        namespace: defaultNamespace,
        files: (path: string): string | null => notebook.files[path] ?? null,
      }
      const analysis = new NotebookAnalysis(context)
      analysis.update(notebook.cells)
      for (const edit of edits) {
        notebook = edited(notebook, edit)
        const found = analysis.update(notebook.cells)
        const cells = notebook.cells.map(({ cell }) => cell)
        const anew = analyzeNotebook({ ...newNotebook('python'), cells }, context)
        expect(found).toEqual(anew)
      }
    }),
    { numRuns: Number(process.env['DAGBOOK_TEST_RUNS'] ?? 100) },
  )
})

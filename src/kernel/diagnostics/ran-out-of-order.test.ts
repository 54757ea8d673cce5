import { beforeAll, expect, test } from 'vitest'
import { analyzeNotebook, defaultNamespace, loadSql } from '../analysis/index.ts'
import { insertCell, newNotebook, type Notebook } from '../notebook/index.ts'
import { buildGraph } from '../graph/index.ts'
import { ranOutOfOrder, type StoredRun } from './ran-out-of-order.ts'

beforeAll(() => loadSql())

/** The remarks on cells `[count, source]`, as `severity cell resource order`. */
function remarks(cells: readonly (readonly [StoredRun, string])[]): string[] {
  let notebook: Notebook = newNotebook('python')
  for (const [at, [, source]] of cells.entries()) {
    notebook = insertCell(notebook, at, { kind: 'python', title: `c${at + 1}`, source })
  }
  const analyzed = analyzeNotebook(notebook, { namespace: defaultNamespace, files: () => null })
  const inputs = analyzed.map(({ key, cell: { kind, title, source }, analysis }) => {
    return { id: key, key, kind, title, source, analysis }
  })
  const runs = cells.map(([run]) => run)
  return ranOutOfOrder({ cells: inputs, graph: buildGraph(inputs) }, runs).map(({ severity, cell, line, message }) => {
    const what = /came from the cell (\w+)/.exec(message)?.[1] ?? (/did not run/.test(message) ? 'not run' : 'older')
    return `${severity} ${cell}:${line} ${what}`
  })
}

test.each<[string, [StoredRun, string][], string[]]>([
  ['cells that ran in order', [[1, 'a = 1'], [2, 'b = a'], [9, 'print(b)']], []], // prettier-ignore
  ['cells that never ran', [[null, 'a = 1'], [null, 'a']], []], // prettier-ignore
  ['a producer that ran again', [[5, 'a = 1'], [2, 'x = 0\nb = a']], ['info c2:2 older']], // prettier-ignore
  ['a producer that did not run', [[null, 'a = 1'], [2, 'b = a']], ['info c2:1 not run']], // prettier-ignore
  ['a definition below that ran before', [[1, 'a = 1'], [3, 'b = a'], [2, 'a = 2']], ['warning c2:1 c3']], // prettier-ignore
  ['the wrong one of two above', [[4, 'a = 1'], [3, 'a = 2'], [5, 'b = a']], ['warning c3:1 c1']], // prettier-ignore
  ['changes in place in another order', [[1, 'a = []'], [3, 'a.append(1)'], [2, 'a.append(2)'], [4, 'print(a)']], ['warning c2:1 c3', 'warning c3:1 c1', 'warning c4:1 c2']], // prettier-ignore
  ['a table', [[3, 'spark.range(3).write.saveAsTable("t")'], [2, 'spark.table("t").show()']], ['info c2:1 older']], // prettier-ignore
  ['an import that ran again', [[7, 'import math'], [2, 'math.pi']], []], // prettier-ignore
  ['cells that share nothing', [[9, 'a = 1'], [2, 'b = 2']], []], // prettier-ignore
])('%s', (_, cells, expected) => {
  expect(remarks(cells)).toEqual(expected)
})

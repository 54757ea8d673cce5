import type { AnalysisContext, Finding } from '../analysis/index.ts'
import { mayCallNotebooks, notebookCalls } from '../analysis/index.ts'
import type { Diagnostic } from '../graph/index.ts'
import type { Edit } from '../contract/index.ts'
import { convertWorkflow, type ConvertedCell, type OrchestratorCells } from './convert.ts'
import { notebookGraph, notebookName, type NotebookGraph } from './notebook-graph.ts'

/** A cell that hides a workflow from the platform. */
export interface HiddenWorkflow {
  /** Its place in the notebook, from 0. */
  readonly cell: number
  readonly finding: Finding
  /** The cells that would take its place; null: it cannot be converted, and the finding says why. */
  readonly conversion: ConvertedCell | null
}

/** A change that a person may have, with what it would do. */
export interface WorkflowFix {
  readonly title: string
  readonly text: string
  readonly edits: readonly Edit[]
}

/** Finds the cells that call several notebooks, and tells what nobody sees of it. Needs `loadSql` once before. */
export function hiddenWorkflows(cells: OrchestratorCells, context: AnalysisContext): HiddenWorkflow[] {
  const notebook = { cells: cells as Parameters<typeof notebookCalls>[0]['cells'] }
  if (!mayCallNotebooks(notebook, context)) return []
  const calls = notebookCalls(notebook, context)
  const graph = notebookGraph(calls)
  const { converted, refused } = convertWorkflow(cells, context)
  return cells.flatMap((cell, index): HiddenWorkflow[] => {
    const own = calls.calls.filter((call) => call.cell === index)
    const many = own.length > 1 || own.some(({ repeated }) => repeated)
    if (cell.kind !== 'python' || !many) return []
    const conversion = converted.find((each) => each.cell === index) ?? null
    const refusal = refused.find((each) => each.cell === index)?.reason
    const way =
      conversion !== null
        ? 'Give each notebook a cell of its own, and each becomes a task.'
        : (refusal ?? 'Give each notebook a cell of its own.') +
          (refusal === undefined ? '' : ' So this cannot be done for you.')
    const message = `${whatItDoes(index, cell.source, graph)} ${way}`
    const where = own[0]!.where
    return [{ cell: index, finding: { code: 'hidden-workflow', severity: 'warning', where, message }, conversion }]
  })
}

function whatItDoes(cell: number, source: string, { nodes, edges }: NotebookGraph): string {
  const own = nodes.filter(({ call }) => call.cell === cell)
  const names = [
    ...new Set(own.map(({ call }) => (call.path === null ? 'one not known from the text' : notebookName(call.path)))),
  ]
  const list = names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')
  const count = own.some(({ call }) => call.repeated) ? 'notebooks in a loop' : `${own.length} notebooks`
  const pooled = /\b(Thread|Executor|Pool|asyncio|joblib)/.test(source)
  const keys = new Set(own.map(({ key }) => key))
  const waiting = new Set(edges.filter(({ from, to }) => keys.has(from) && keys.has(to)).map(({ to }) => to))
  const free = own.length - waiting.size
  const pace = pooled
    ? ' All of them share the machine of this one task.'
    : free > 1 && free === own.length
      ? ' They run one after another, though none needs another.'
      : free > 1
        ? ` They run one after another, though ${free} of them need not wait.`
        : ''
  return (
    `This cell calls ${count} (${list}), and to the platform it is one task: it cannot show which of them runs, how long each took ` +
    `or which one failed, and it can only repeat all of them.${pace}`
  )
}

/** These findings as remarks on the notebook, each with the change that mends it. `cells`: all of its cells. */
export function remarksOn(
  cells: readonly { readonly id: string; readonly source: string }[],
  hidden: readonly HiddenWorkflow[],
): Diagnostic[] {
  const ids = cells.map(({ id }) => id)
  return hidden.map(({ cell, finding, conversion }) => {
    const { id, source } = cells[cell]!
    const line = source.slice(0, finding.where.start).split('\n').length
    if (conversion === null) return { ...finding, cell: id, line }
    const { title, edits } = workflowFix(conversion, ids)
    return { ...finding, cell: id, line, fixes: [{ title, edits }] }
  })
}

/**
 * The conversion of a cell as edits of the open notebook. `ids`: those of its cells in order; `newId` makes the ids of new cells.
 */
export function workflowFix(
  { cell, cells }: ConvertedCell,
  ids: readonly string[],
  newId: (number: number) => string = (number) => unusedId(`${ids[cell]}.${number}`, ids),
): WorkflowFix {
  const [first, ...rest] = cells
  const edits: Edit[] = [{ op: 'change', cell: ids[cell]!, ...first! }]
  let after = ids[cell]!
  rest.forEach((each, index) => {
    const id = newId(index + 1)
    edits.push({ op: 'insert', cell: id, after, ...each })
    after = id
  })
  return {
    title: 'Give each notebook a cell of its own',
    text:
      `The cell becomes ${cells.length} cells. In the job each call is a task, and tasks run side by side unless data or a check ` +
      'orders them: one that fails stops only what needs it. What only served to call the notebooks or to print their results goes.',
    edits,
  }
}

function unusedId(wanted: string, ids: readonly string[]): string {
  return ids.includes(wanted) ? unusedId(`${wanted}+`, ids) : wanted
}

import { printJson, printLine, exitCodes, type ExitCode } from './terminal.ts'
import type { NotebookGraph } from '../../kernel/orchestration/index.ts'
import { study } from './study.ts'

/** `dagbook graph`: cells, edges with reasons, diagnostics. */
export async function graphCommand(path: string, options: { json: boolean }): Promise<ExitCode> {
  const studied = await study(path)
  const { cells, graph, notebooks } = studied
  const diagnostics = studied.diagnostics.map(({ code, severity, cell, line, message }) => ({
    code,
    severity,
    cell,
    line,
    message,
  }))
  if (options.json) {
    printJson({
      cells: cells.map(({ key, cell }, index) => ({ key, index, kind: cell.kind, title: cell.title })),
      edges: graph.edges.map(({ from, to, reasons }) => ({
        from,
        to,
        reasons: reasons.map(({ kind, resource, order }) => ({ kind, resource, order })),
      })),
      diagnostics,
      notebooks: notebooksView(
        notebooks,
        cells.map(({ key }) => key),
      ),
    })
    return exitCodes.ok
  }
  for (const { key } of cells) {
    const edges = graph.edges.filter((edge) => edge.to === key)
    printLine(key)
    for (const { from, reasons } of edges)
      printLine(`  after ${from}: ${reasons.map((reason) => reason.resource).join(', ')}`)
  }
  for (const { key } of notebooks.nodes) {
    printLine(`notebook ${key}`)
    for (const { from, to, reasons } of notebooks.edges)
      if (to === key) printLine(`  after ${from}: ${reasons.map((reason) => reason.resource).join(', ')}`)
  }
  for (const { severity, cell, line, message } of diagnostics)
    printLine(`${severity}: ${cell}, line ${line}: ${message}`)
  return exitCodes.ok
}

/** The notebooks that are called: where, with what, what they touch, and why one follows another. */
function notebooksView({ nodes, edges }: NotebookGraph, cells: readonly string[]): unknown {
  return {
    nodes: nodes.map(({ key, call, reads, writes }) => ({
      key,
      notebook: call.path,
      cell: cells[call.cell],
      arguments:
        call.arguments === null
          ? null
          : Object.fromEntries(Object.entries(call.arguments).map(([name, { value }]) => [name, value])),
      reads,
      writes,
      known: call.effects !== null,
      repeated: call.repeated,
    })),
    edges: edges.map(({ from, to, reasons }) => ({
      from,
      to,
      reasons: reasons.map(({ kind, resource, order }) => ({ kind, resource, order })),
    })),
  }
}

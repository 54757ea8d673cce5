import { printJson, printLine, exitCodes, type ExitCode } from './terminal.ts'
import { study } from './study.ts'

/** `dagbook graph`: cells, edges with reasons, diagnostics. */
export async function graphCommand(path: string, options: { json: boolean }): Promise<ExitCode> {
  const { cells, graph, diagnostics: found } = await study(path)
  const diagnostics = found.map(({ code, severity, cell, line, message }) => ({
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
    })
    return exitCodes.ok
  }
  for (const { key } of cells) {
    const edges = graph.edges.filter((edge) => edge.to === key)
    printLine(key)
    for (const { from, reasons } of edges)
      printLine(`  after ${from}: ${reasons.map((reason) => reason.resource).join(', ')}`)
  }
  for (const { severity, cell, line, message } of diagnostics)
    printLine(`${severity}: ${cell}, line ${line}: ${message}`)
  return exitCodes.ok
}

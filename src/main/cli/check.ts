import { fileLine } from '../../kernel/notebook/index.ts'
import { asProblem } from '../../kernel/problem/index.ts'
import { printJson, printLine, exitCodes, type ExitCode } from './terminal.ts'
import { study } from './study.ts'

interface Found {
  readonly path: string
  readonly file_line: number
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly cell: string
  readonly line: number
  readonly message: string
}

/** `dagbook check`: diagnostics of notebooks as a list that editors understand. A file that cannot be read is one of them. */
export async function checkCommand(paths: readonly string[], options: { json: boolean }): Promise<ExitCode> {
  const found: Found[] = []
  for (const path of paths) {
    try {
      const { notebook, cells, diagnostics } = await study(path)
      const byKey = new Map(cells.map(({ key, cell }) => [key, cell]))
      for (const { code, severity, cell, line, message } of diagnostics) {
        found.push({ path, file_line: fileLine(notebook, byKey.get(cell)!, line), code, severity, cell, line, message })
      }
    } catch (error) {
      const { code, what, todo, place } = asProblem(error)
      found.push({
        path,
        file_line: place.line ?? 1,
        code,
        severity: 'error',
        cell: '',
        line: place.line ?? 1,
        message: `${what} ${todo}`,
      })
    }
  }
  if (options.json) printJson({ diagnostics: found })
  else
    for (const { path, file_line, severity, message, code } of found)
      printLine(`${path}:${file_line}: ${severity}: ${message} (${code})`)
  return found.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.ok
}

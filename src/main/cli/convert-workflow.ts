import { writeFile } from 'node:fs/promises'
import { editCell, insertCell, writeNotebook, type Notebook } from '../../kernel/notebook/index.ts'
import type { ConvertedCell } from '../../kernel/orchestration/index.ts'
import { Problem } from '../../kernel/problem/index.ts'
import { study } from './study.ts'
import { exitCodes, printJson, printLine, type ExitCode } from './terminal.ts'

/** `dagbook convert-workflow`: gives every notebook that a cell calls a cell of its own. Exit code 1 if a cell could not be converted. */
export async function convertWorkflowCommand(
  path: string,
  options: { json: boolean; preview: boolean },
): Promise<ExitCode> {
  const { notebook, cells, hidden } = await study(path)
  const converted = hidden.flatMap(({ conversion }) => conversion ?? [])
  const refused = hidden.filter(({ conversion }) => conversion === null)
  const text = writeNotebook(withCells(notebook, converted))
  if (!options.preview && converted.length > 0) {
    await writeFile(path, text).catch((error: unknown) => {
      throw new Problem('DB-1008', 'The notebook could not be written.', { path }, undefined, error)
    })
  }
  if (options.json) {
    printJson({
      converted: converted.map(({ cell, cells: made }) => ({ cell: cells[cell]!.key, cells: made })),
      refused: refused.map(({ cell, finding }) => ({ cell: cells[cell]!.key, reason: finding.message })),
    })
  } else {
    for (const { cell, cells: made } of converted) {
      printLine(`${cells[cell]!.key} becomes ${made.length} cells:`)
      for (const { title, source } of made) printLine(`\n# ${title ?? ''}\n${source}`)
    }
    for (const { cell, finding } of refused) printLine(`${cells[cell]!.key} stays: ${finding.message}`)
    if (hidden.length === 0) printLine('No cell of this notebook calls several notebooks.')
  }
  return refused.length === 0 ? exitCodes.ok : exitCodes.failed
}

/** The notebook with cells in the place of others. */
function withCells(notebook: Notebook, converted: readonly ConvertedCell[]): Notebook {
  let now = notebook
  // From below, so that the places above stay what they are.
  for (const { cell, cells } of [...converted].reverse()) {
    const [first, ...rest] = cells
    now = editCell(now, cell, first!)
    rest.forEach((each, index) => (now = insertCell(now, cell + 1 + index, each)))
  }
  return now
}

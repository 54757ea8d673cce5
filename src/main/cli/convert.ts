import { resolve } from 'node:path'
import { readNotebook } from '../../kernel/notebook/index.ts'
import { convertedPath, convertTo } from '../../kernel/service/index.ts'
import { readFileState } from '../../kernel/session/index.ts'
import { exitCodes, note, printJson, printLine, type ExitCode } from './terminal.ts'

/** `dagbook convert`: writes a notebook in the other format, beside itself or to `out`. The notebook stays as it is. */
export async function convertCommand(path: string, options: { json: boolean; out?: string }): Promise<ExitCode> {
  const { bytes } = await readFileState(path)
  const notebook = readNotebook(bytes, path)
  const out = resolve(options.out ?? convertedPath(notebook, path))
  const left = await convertTo(notebook, out)
  if (options.json) printJson({ written: out, cells: notebook.cells.length, left })
  else {
    printLine(out)
    for (const each of left) note(`not carried over: ${each}`)
  }
  return exitCodes.ok
}

import { resolve } from 'node:path'
import { copyData, exportView, prepareExport, writeFiles } from '../../kernel/service/index.ts'
import { exportable, refuseUnwritable } from './planned.ts'
import { study } from './study.ts'
import { exitCodes, printJson, printLine, type ExitCode } from './terminal.ts'

/** `dagbook export`: writes the bundle into the project's `build/<name>`, or a complete one into `out`. */
export async function exportCommand(path: string, options: { json: boolean; out?: string }): Promise<ExitCode> {
  const source = exportable(await study(path), path)
  const prepared = await prepareExport(source, options.out !== undefined)
  refuseUnwritable(prepared, path)
  const target = options.out === undefined ? source.project.root : resolve(options.out)
  const { files } = await exportView(prepared, target)
  const changed = new Set(files.map((file) => file.path))
  const written = await writeFiles(prepared.files, target, (file) => changed.has(file))
  if (options.out !== undefined) written.push(...(await copyData(prepared, source.project, target)))
  if (options.json) printJson({ folder: target, written })
  else if (written.length === 0) printLine('The export is up to date.')
  else for (const file of written) printLine(file)
  return exitCodes.ok
}

import { initProject } from '../../kernel/project/index.ts'
import { exitCodes, printJson, printLine, type ExitCode } from './terminal.ts'

/** `dagbook init`: makes a project. */
export async function initCommand(folder: string, options: { json: boolean }): Promise<ExitCode> {
  const written = await initProject(folder)
  if (options.json) printJson({ written })
  else for (const path of written) printLine(path)
  return exitCodes.ok
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findProject, notebookAt } from '../../kernel/project/index.ts'
import { KernelService, Workbench } from '../../kernel/service/index.ts'
import { electronBinary } from '../electron.ts'
import { examplePath, installation, installedRoot, pageFolder } from '../installation.ts'
import { startWebHost } from '../web/server.ts'
import { exitCodes, note, printJson, printLine, type ExitCode } from './terminal.ts'

export interface OpenOptions {
  readonly json: boolean
  readonly web: boolean
  readonly browser: boolean
  readonly port: number
}

/** `dagbook open`: the app, in a window where that can be had, else as a page on this machine. Ends when it is closed or interrupted. */
export async function openCommand(path: string | undefined, options: OpenOptions): Promise<ExitCode> {
  const asked = path ?? examplePath()
  const electron = options.web ? null : electronBinary()
  if (electron !== null) return openWindow(electron, asked)
  const project = await findProject(asked)
  const workbench = await Workbench.open(project, installation())
  const service = new KernelService(workbench, await notebookAt(asked))
  const host = await startWebHost(
    service,
    { page: pageFolder(), results: workbench.resultsFolder },
    options.port,
  ).catch(async (error: unknown) => {
    await service.close()
    throw error
  })
  if (options.json) printJson({ url: host.url })
  else printLine(`Dagbook is at ${host.url}`)
  if (options.browser) showInBrowser(host.url)
  note('Press Ctrl+C to end it.')
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')])
  await host.close()
  await service.close()
  return exitCodes.ok
}

async function openWindow(electron: string, path: string): Promise<ExitCode> {
  const child = spawn(electron, [installedRoot()], {
    stdio: 'inherit',
    env: { ...process.env, DAGBOOK_OPEN: path },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0 ? exitCodes.ok : exitCodes.refused
}

/** Opens the system's browser where there is one; the printed address serves where there is none. */
function showInBrowser(url: string): void {
  if (process.platform === 'linux' && (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY) === undefined) return
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url]
  const opener = spawn(command, args, { stdio: 'ignore', detached: true })
  opener.on('error', () => undefined)
  opener.unref()
}

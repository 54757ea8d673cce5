import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runJob, type JobResult } from '../../kernel/job/index.ts'
import { Problem } from '../../kernel/problem/index.ts'
import { findProject } from '../../kernel/project/index.ts'
import { jobWorkers, prepareExport, Workbench, writeFiles } from '../../kernel/service/index.ts'
import { installation } from '../installation.ts'
import { readParameters } from './parameters.ts'
import { exportable, refuseUnwritable } from './planned.ts'
import { study } from './study.ts'
import { TaskOutput } from './task-output.ts'
import { exitCodes, note, printJson, printLine, type ExitCode } from './terminal.ts'

/** Signals that ask for an end: the run is cancelled, and its record says so. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface JobRunOptions {
  readonly json: boolean
  readonly parallel: number
  readonly scratch: boolean
  readonly param: string[]
}

/**
 * `dagbook job run`: executes exported files here, each task in a process of its own. A notebook is exported first, to a folder that goes afterwards.
 */
export async function jobRunCommand(path: string, options: JobRunOptions): Promise<ExitCode> {
  const parameters = Object.fromEntries(readParameters(options.param))
  const found = await stat(path).catch(() => null)
  if (found === null) throw new Problem('DB-1005', 'There is no such notebook or bundle.', { path })
  const exported = found.isDirectory() ? null : await exportAside(path)
  try {
    const project = await findProject(path)
    const workbench = await Workbench.open(project, installation())
    const cancel = new AbortController()
    const stop = (): void => cancel.abort()
    const output = new TaskOutput(note)
    for (const signal of endings) process.once(signal, stop)
    try {
      const result = await runJob({
        folder: exported ?? resolve(path),
        parameters,
        parallel: options.parallel,
        state: project.hidden,
        ...(exported === null ? {} : { files: project.root }),
        workers: jobWorkers(workbench, options.scratch),
        signal: cancel.signal,
        events: {
          task: (task, state, attempt) => {
            output.end(task)
            note(`${state.padEnd(9)} ${task}${attempt > 1 ? ` (attempt ${attempt})` : ''}`)
          },
          stdout: (task, text) => output.add(task, text),
        },
      })
      tell(result, options.json)
      return result.state === 'SUCCESS' ? exitCodes.ok : exitCodes.failed
    } finally {
      for (const signal of endings) process.off(signal, stop)
      await workbench.close()
    }
  } finally {
    if (exported !== null) await rm(exported, { recursive: true, force: true })
  }
}

async function exportAside(path: string): Promise<string> {
  const source = exportable(await study(path), path)
  const prepared = await prepareExport(source, true)
  refuseUnwritable(prepared, path)
  const folder = await mkdtemp(join(tmpdir(), 'dagbook-job-'))
  await writeFiles(prepared.files, folder, () => true)
  return folder
}

function tell(result: JobResult, json: boolean): void {
  if (json) return printJson(result)
  for (const { key, state, ms, error } of result.tasks) {
    printLine(`${state.padEnd(16)} ${key} ${Math.round(ms)} ms`)
    if (error !== null)
      printLine(
        `  ${error.name}: ${error.message}${error.cell === null ? '' : ` (cell ${error.cell}, line ${error.line})`}`,
      )
  }
  printLine(`${result.state} after ${(result.ms / 1000).toFixed(1)} s, run ${result.run}`)
}

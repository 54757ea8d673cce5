import { Command, CommanderError } from 'commander'
import { Problem } from '../../kernel/problem/index.ts'
import { complain, exitCodes, tolerateLostReaders, type ExitCode } from './terminal.ts'

/**
 * The command line. Exit codes: 0 it worked; 1 it worked, and what it looked at failed (a cell, a task, a check); 2 it was refused (bad
 * arguments, a file that cannot be read…). Commands are loaded when they are called, so that a small one starts quickly.
 */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  tolerateLostReaders()
  let code: ExitCode = exitCodes.ok
  const program = new Command('dagbook')
    .description('Write data pipelines as a notebook; ship them as production jobs.')
    .exitOverride()
  const does =
    <A extends unknown[]>(action: (...args: A) => Promise<ExitCode>) =>
    async (...given: A): Promise<void> => {
      code = await action(...given)
    }
  const command = (name: string, description: string, parent: Command = program): Command =>
    parent
      .command(name)
      .description(description)
      .option('--json', 'print data as JSON on stdout, and nothing else there', false)
  const collect = (value: string, known: string[]): string[] => [...known, value]

  command('init [dir]', 'make a project: databricks.yml, a first notebook, .gitignore').action(
    does(async (dir: string | undefined, options: { json: boolean }) =>
      (await import('./init.ts')).initCommand(dir ?? '.', options),
    ),
  )
  command('open [path]', 'open the app on a notebook or project')
    .option('--web', 'as a page even where a window could be had', false)
    .option('--no-browser', 'do not start a browser')
    .option('--port <number>', 'the port of the page; 0: any', count('--port', 0, 65535), 0)
    .action(
      does(async (path: string | undefined, options: { json: boolean; web: boolean; browser: boolean; port: number }) =>
        (await import('./open.ts')).openCommand(path, options),
      ),
    )
  command('graph <notebook>', 'cells, edges with reasons, diagnostics').action(
    does(async (path: string, options: { json: boolean }) => (await import('./graph.ts')).graphCommand(path, options)),
  )
  command('check <notebooks...>', 'diagnostics; exit code 1 if one is an error').action(
    does(async (paths: string[], options: { json: boolean }) =>
      (await import('./check.ts')).checkCommand(paths, options),
    ),
  )
  command(
    'convert-workflow <notebook>',
    'give each notebook that a cell calls a cell of its own; exit code 1 if one stays',
  )
    .option('--preview', 'only print the cells', false)
    .action(
      does(async (path: string, options: { json: boolean; preview: boolean }) =>
        (await import('./convert-workflow.ts')).convertWorkflowCommand(path, options),
      ),
    )
  command('run <notebook>', 'a fresh run of all cells, on draft tables that are dropped; exit code 1 if a cell failed')
    .option('--param <name=value>', 'set a parameter (repeatable)', collect, [])
    .option('--save', 'make the drafts the tables of the project, if no cell failed', false)
    .action(
      does(async (path: string, options: { json: boolean; save: boolean; param: string[] }) =>
        (await import('./run.ts')).runCommand(path, options),
      ),
    )
  command('plan <notebook>', 'the tasks of the job, what they pass on, and why').action(
    does(async (path: string, options: { json: boolean }) => (await import('./plan.ts')).planCommand(path, options)),
  )
  command('export <notebook>', 'write the job as a bundle into build/<name>')
    .option('--out <dir>', 'write a complete bundle there instead, databricks.yml included')
    .action(
      does(async (path: string, options: { json: boolean; out?: string }) =>
        (await import('./export.ts')).exportCommand(path, options),
      ),
    )
  command('convert <notebook>', 'write a Jupyter notebook as a Databricks source notebook, or the other way round')
    .option('--out <file>', 'the new file; its ending says the format (default: beside the notebook)')
    .action(
      does(async (path: string, options: { json: boolean; out?: string }) =>
        (await import('./convert.ts')).convertCommand(path, options),
      ),
    )
  const job = program.command('job').description('jobs, run here from their exported files')
  command(
    'run <path>',
    'run a notebook, a bundle (a folder with databricks.yml) or build/<name>; exit code 1 unless it succeeds',
    job,
  )
    .option('--parallel <number>', 'how many tasks run at once', count('--parallel', 1), 4)
    .option('--scratch', 'leave the tables of the project alone', false)
    .option('--param <name=value>', 'set a job parameter (repeatable)', collect, [])
    .action(
      does(async (path: string, options: { json: boolean; parallel: number; scratch: boolean; param: string[] }) =>
        (await import('./job.ts')).jobRunCommand(path, options),
      ),
    )
  program
    .command('engine')
    .description('the engine that SQL and Spark cells run on')
    .command('setup')
    .description('fetch and prepare it; "npm start" does this')
    .action(does(async () => (await import('./engine.ts')).engineSetupCommand()))

  try {
    await program.parseAsync(args.length === 0 ? ['open'] : [...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.refused
    return complain(error)
  }
  return code
}

/** Parses a whole number in a range. Throws DB-1603. */
function count(option: string, least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`
    throw new Problem('DB-1603', `${option} ${text} is not a whole number ${range}.`)
  }
}

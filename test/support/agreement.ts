import { basename, join } from 'node:path'
import type { z } from 'zod'
import { dagbook, printed } from './cli.ts'
import { graphShape, jobShape, planShape, runShape } from './shapes.ts'
import { tablesOf, type Tables } from './tables.ts'

/** What a notebook came to, as a session ran it and as its job did. */
export interface Agreement {
  readonly graph: z.infer<typeof graphShape>
  readonly plan: z.infer<typeof planShape>
  readonly run: z.infer<typeof runShape>
  readonly job: z.infer<typeof jobShape>
  /** Lines `VALUE name text` that cells printed: name → text. */
  readonly values: { readonly run: Record<string, string>; readonly job: Record<string, string> }
  readonly tables: { readonly run: Tables; readonly job: Tables }
}

/**
 * Takes a notebook through graph, run, plan, export and job: the session in one copy of its project, the job in another. `how` is what
 * the job is run from: the exported files, or the notebook itself. Throws with what a command said if it could not be done.
 */
export async function goTheWholeWay(
  session: string,
  production: string,
  notebook: string,
  how: 'notebook' | 'bundle',
): Promise<Agreement> {
  const graph = printed(graphShape, await dagbook('graph', join(session, notebook), '--json'))
  const run = await dagbook('run', join(session, notebook), '--json', '--save')
  const plan = printed(planShape, await dagbook('plan', join(production, notebook), '--json'))
  const exported = await dagbook('export', join(production, notebook))
  if (exported.code !== 0) throw new Error(`The export was refused: ${exported.stderr}`)
  const bundle = join(production, 'build', basename(notebook, '.py'))
  const job = await dagbook('job', 'run', how === 'bundle' ? bundle : join(production, notebook), '--json')
  const result = printed(runShape, run)
  return {
    graph,
    plan,
    run: result,
    job: printed(jobShape, job),
    values: {
      run: valuesIn(result.cells.map(({ stdout }) => stdout).join('\n')),
      job: valuesIn(job.stderr.replace(/^\w+: /gm, '')),
    },
    tables: { run: await tablesOf(session), job: await tablesOf(production) },
  }
}

/** A cell's source that tells the value of an expression. */
export function tellValue(name: string, expression: string): string {
  return `print("VALUE ${name}", ${expression})`
}

function valuesIn(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(/^VALUE (\S+) (.*)$/gm)) {
    if (name! in values && values[name!] !== value) throw new Error(`${name} has two values in one run.`)
    values[name!] = value!
  }
  return values
}

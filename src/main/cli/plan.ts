import { planOf, taskView } from '../../kernel/service/index.ts'
import { exportable } from './planned.ts'
import { study } from './study.ts'
import { exitCodes, note, printJson, printLine, type ExitCode } from './terminal.ts'

/** `dagbook plan`: the tasks of the job, what they pass on, and why. */
export async function planCommand(path: string, options: { json: boolean }): Promise<ExitCode> {
  const plan = planOf(exportable(await study(path), path))
  const tasks = plan.tasks.map(taskView)
  const notes = (plan.notes ?? []).map(({ cell, line, message }) => ({ cell, line, message }))
  if (options.json) printJson({ tasks, notes })
  else {
    for (const { key, depends_on, handover, why } of tasks) {
      printLine(`${key}${depends_on.length === 0 ? '' : ` after ${depends_on.join(', ')}`}`)
      for (const { name, from } of handover.in) printLine(`  gets ${name} from ${from}`)
      if (handover.out.length > 0) printLine(`  passes on ${handover.out.join(', ')}`)
      printLine(`  ${why}`)
    }
    if (tasks.length === 0) printLine('This notebook has no cell that does work, so its job would have no task.')
    for (const { cell, line, message } of notes) printLine(`note: ${cell}, line ${line}: ${message}`)
  }
  for (const { cell, line, message } of plan.refused) note(`${cell}, line ${line}: ${message}`)
  return plan.refused.length > 0 ? exitCodes.failed : exitCodes.ok
}

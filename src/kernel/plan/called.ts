import { defaultNamespace, findNotebook, type NotebookCall } from '../analysis/index.ts'
import type { Draft } from './drafts.ts'
import type { PlanInput } from './input.ts'
import type { CalledTask } from './plan.ts'

/**
 * The notebook that a task is, if all it does is to call it and nobody wants the result. null: it is none, or the call would mean
 * something else as a task; then the task calls the notebook.
 */
export function calledBy({ cells, riders, own }: Draft, passesOn: boolean, input: PlanInput): CalledTask | null {
  const [index] = cells
  if (cells.length !== 1 || riders.length > 0 || own.size !== 1 || passesOn) return null
  const calls = (input.calls ?? []).filter(({ cell }) => cell === index)
  const [call] = calls
  if (call === undefined || calls.length > 1 || !isBare(input.cells[index!]!.source)) return null
  const { path, arguments: given, timeout, sure, repeated, guarded, helper } = call
  if (path === null || given === null || !sure || repeated || guarded || helper !== null) return null
  const file = fileOf(path, input)
  const parameters = parametersOf(given, input)
  if (file === null || parameters === null || timeout === null || !/^\d+$/.test(timeout)) return null
  // A job's parameters reach every task; a called notebook only gets what it is given.
  const text = input.files.get(file) ?? ''
  const strays = input.graph.parameters.some(({ name }) => !(name in given) && new RegExp(`\\b${name}\\b`).test(text))
  return strays ? null : { notebook: file, parameters, timeout: Number(timeout) }
}

/** Whether code is nothing but the call: its result is not kept. */
function isBare(source: string): boolean {
  const code = source
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
  return /^dbutils\s*\.\s*notebook\s*\.\s*run\s*\([\s\S]*\)\s*;?\s*(#.*)?$/.test(code)
}

function fileOf(path: string, { files, path: own }: PlanInput): string | null {
  const folder = own?.includes('/') === true ? own.slice(0, own.lastIndexOf('/')) : ''
  const found = findNotebook(path, {
    namespace: defaultNamespace,
    files: (file) => files.get(file) ?? null,
    folder,
  })
  // A path from the workspace's root is none of the project's.
  return 'notebook' in found && !path.startsWith('/') ? found.path : null
}

function parametersOf(
  given: NonNullable<NotebookCall['arguments']>,
  { graph }: PlanInput,
): Record<string, string> | null {
  const declared = new Set(graph.parameters.map(({ name }) => name))
  const parameters: Record<string, string> = {}
  for (const [name, { value, parameter }] of Object.entries(given)) {
    // The job's value of a parameter wins over the task's own.
    if (declared.has(name) && parameter !== name) return null
    if (parameter !== null && declared.has(parameter)) parameters[name] = `{{job.parameters.${parameter}}}`
    else if (value !== null && !/\$\{|\{\{/.test(value)) parameters[name] = value
    else return null
  }
  return parameters
}

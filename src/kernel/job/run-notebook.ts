import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runArguments, runTarget } from '../analysis/index.ts'
import type { RunError, RunEvents, Worker } from '../engine/index.ts'
import { isText, notebookExtensions, readNotebook, type Cell } from '../notebook/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import { sourceCells, sourceOf } from './cell-map.ts'

/** Why a task failed, and where: the key of the source cell and the line in it. */
export interface TaskError {
  readonly name: string
  readonly message: string
  readonly cell: string | null
  readonly line: number | null
}

export interface NotebookRun {
  /** `left out`: it has a cell that this machine cannot run. */
  readonly state: 'ok' | 'failed' | 'interrupted' | 'left out'
  readonly error: TaskError | null
  /** What the notebook gave to `dbutils.notebook.exit`. */
  readonly exit: string | null
}

export interface NotebookRequest {
  /** Absolute path of the task's notebook. */
  readonly path: string
  readonly task: string
  /** Prefix of the ids of its cells' runs. */
  readonly run: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Runs the cells of a notebook one after another in `worker`, until one fails or leaves. A notebook with a cell that
 * this machine cannot run is not run at all. Throws the Problems of notebooks that cannot be read.
 */
export async function runNotebook(worker: Worker, request: NotebookRequest, events: RunEvents): Promise<NotebookRun> {
  const origins = sourceCells(request.path, request.task)
  const { cells } = readNotebook(readFileSync(request.path), request.path)
  const steps = cells.map((cell, index) => [...stepsOf(cell, request.path, index)])
  for (const [index, some] of steps.entries()) {
    const foreign = some.find(({ foreign }) => foreign !== undefined)
    if (foreign === undefined) continue
    const message = `This machine cannot run \`${foreign.foreign}\`: the task runs on Databricks only.`
    return { state: 'left out', error: { name: 'NotHere', message, ...sourceOf(origins, index, 1) }, exit: null }
  }
  for (const [index, cell] of cells.entries()) {
    for (const step of steps[index]!) {
      if (step.missing !== undefined) {
        const error = { name: 'NotHere', message: step.missing, line: 1, traceback: [] }
        return failure(error, sourceOf(origins, index, 1))
      }
      const running = worker.run(
        {
          run: `${request.run}-${step.id}`,
          title: cell.title ?? sourceOf(origins, index, null).cell ?? `cell ${index + 1}`,
          kind: step.cell.kind,
          source: step.cell.source,
          as: null,
          checkout: null,
          parameters: { ...request.parameters, ...step.given },
          tables: {},
        },
        events,
      )
      const outcome = await running.catch((error: unknown) => {
        const { code, what, place, todo } = asProblem(error)
        const cell = sourceOf(origins, index, null).cell ?? place.cell
        throw new Problem(code, what, cell === undefined ? place : { ...place, cell }, todo, error)
      })
      if (outcome.state === 'exited') return { state: 'ok', error: null, exit: outcome.exit }
      if (outcome.state === 'interrupted') return { state: 'interrupted', error: null, exit: null }
      if (outcome.state !== 'ok') {
        const error = outcome.error ?? { name: 'Error', message: 'The cell failed.', line: null, traceback: [] }
        return failure(error, sourceOf(origins, index, step.included ? 1 : error.line))
      }
    }
  }
  return { state: 'ok', error: null, exit: null }
}

function failure(error: RunError, place: { cell: string | null; line: number | null }): NotebookRun {
  return { state: 'failed', error: { name: error.name, message: error.message, ...place }, exit: null }
}

interface Step {
  readonly id: string
  readonly cell: Pick<Cell, 'kind' | 'source'>
  /** The step is a cell of a notebook that a `%run` names. */
  readonly included: boolean
  /** What a `%run` passes on: the values of the other notebook's widgets. */
  readonly given: Readonly<Record<string, string>>
  /** Why it cannot run. */
  readonly missing?: string
  /** The language that this machine cannot run. */
  readonly foreign?: string
}

/** What running a cell means: itself; for `%run` the cells of the other notebook; nothing for Markdown. */
function* stepsOf(cell: Cell, notebook: string, index: number, depth = 0, given: Step['given'] = {}): Generator<Step> {
  const step = { id: String(index), cell, included: depth > 0, given }
  if (isText(cell.kind)) return
  if (['scala', 'r', 'magic'].includes(cell.kind)) {
    yield { ...step, foreign: cell.kind === 'magic' ? cell.source.trim().split(/\s/)[0]! : `%${cell.kind}` }
    return
  }
  if (cell.kind !== 'run') {
    yield step
    return
  }
  const name = runTarget(cell.source)
  const base = join(dirname(notebook), name)
  const path = [base, ...notebookExtensions.map((extension) => base + extension)].find((each) => existsSync(each))
  if (path === undefined || depth > 20) {
    yield { ...step, missing: `There is no notebook \`${name}\`.` }
    return
  }
  for (const [at, each] of readNotebook(readFileSync(path), path).cells.entries()) {
    for (const inner of stepsOf(each, path, at, depth + 1, { ...given, ...runArguments(cell.source) }))
      yield { ...inner, id: `${index}.${inner.id}`, included: true }
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunError, RunEvents, Worker } from '../engine/index.ts'
import { readNotebook, type Cell } from '../notebook/index.ts'
import { asProblem } from '../problem/index.ts'
import { sourceCells, sourceOf } from './cell-map.ts'

/** Why a task failed, and where: the key of the source cell and the line in it. */
export interface TaskError {
  readonly name: string
  readonly message: string
  readonly cell: string | null
  readonly line: number | null
}

export interface NotebookRun {
  readonly state: 'ok' | 'failed' | 'interrupted'
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

/** Runs the cells of a notebook one after another in `worker`, until one fails or leaves. */
export async function runNotebook(worker: Worker, request: NotebookRequest, events: RunEvents): Promise<NotebookRun> {
  const origins = sourceCells(request.path, request.task)
  let cells: readonly Cell[]
  try {
    cells = readNotebook(readFileSync(request.path), request.path).cells
  } catch (error) {
    const problem = asProblem(error)
    return failure({ name: 'Problem', message: problem.message, line: null, traceback: [] }, { cell: null, line: null })
  }
  for (const [index, cell] of cells.entries()) {
    for (const step of stepsOf(cell, request.path, index)) {
      if (step.missing !== undefined) {
        const error = { name: 'NotHere', message: step.missing, line: 1, traceback: [] }
        return failure(error, sourceOf(origins, index, 1))
      }
      const outcome = await worker.run(
        {
          run: `${request.run}-${step.id}`,
          title: cell.title ?? sourceOf(origins, index, null).cell ?? `cell ${index + 1}`,
          kind: step.cell.kind,
          source: step.cell.source,
          as: null,
          checkout: null,
          parameters: request.parameters,
          tables: {},
        },
        events,
      )
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
  /** Why it cannot run here. */
  readonly missing?: string
}

/** What running a cell means: itself; for `%run` the cells of the other notebook; nothing for Markdown. */
function* stepsOf(cell: Cell, notebook: string, index: number, depth = 0): Generator<Step> {
  const step = { id: String(index), cell, included: depth > 0 }
  if (cell.kind === 'markdown') return
  if (['scala', 'r', 'magic'].includes(cell.kind)) {
    yield { ...step, missing: `This machine cannot run \`${cell.kind}\` cells.` }
    return
  }
  if (cell.kind !== 'run') {
    yield step
    return
  }
  const name = cell.source
    .trim()
    .split(/\s+/)[0]!
    .replace(/^["']|["']$/g, '')
  const base = join(dirname(notebook), name)
  const path = [base, `${base}.py`, `${base}.sql`].find((each) => existsSync(each))
  if (path === undefined || depth > 20) {
    yield { ...step, missing: `There is no notebook \`${name}\`.` }
    return
  }
  for (const [at, each] of readNotebook(readFileSync(path), path).cells.entries()) {
    for (const inner of stepsOf(each, path, at, depth + 1))
      yield { ...inner, id: `${index}.${inner.id}`, included: true }
  }
}

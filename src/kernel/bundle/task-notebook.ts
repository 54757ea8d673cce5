import { insertCell, newNotebook, readNotebook, writeNotebook, type Cell, type Notebook } from '../notebook/index.ts'
import type { CalledTask, Plan, Task, TaskPiece } from '../plan/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import { displayCell, runCell } from './cell-text.ts'
import { python } from './python-text.ts'

/** Where a cell of a task's notebook came from. */
export interface TaskCell {
  /** Line of the task's file, from 1, on which the cell's code starts. */
  readonly line: number
  /** Key of the source cell; null: written by Dagbook. */
  readonly cell: string | null
  /** Lines of the source cell, from 1, as runs: first line, count. The cell's code has these lines in this order. */
  readonly lines: readonly (readonly [number, number])[]
}

export interface TaskNotebook {
  readonly text: string
  readonly cells: readonly TaskCell[]
}

export interface NotebookOrigin {
  /** Path of the source notebook in the project. */
  readonly path: string
  /** The environment block of the source notebook, its comment lines written for Python; "" for none. */
  readonly environment: string
  /** The text of a notebook of the project by its path from the root. */
  readonly notebook?: (path: string) => string | undefined
}

type Written = Pick<Cell, 'kind' | 'title' | 'source'> & {
  readonly from: TaskPiece | null
  readonly lines: readonly number[]
}

/** The source notebook of a task: what it is, setup, values taken over, cells, values passed on. */
export function taskNotebook(task: Task, plan: Plan, origin: NotebookOrigin): TaskNotebook {
  const written = [...cellsOf(task, plan, origin)]
  let notebook: Notebook = newNotebook('python')
  notebook = { ...notebook, preamble: notebook.preamble + origin.environment }
  for (const { kind, title, source, from } of written) {
    try {
      notebook = insertCell(notebook, notebook.cells.length, { kind, title, source })
    } catch (error) {
      const problem = asProblem(error)
      throw new Problem('DB-1402', problem.what, { cell: from?.key ?? task.key, ...problem.place }, problem.todo, error)
    }
  }
  const cells = notebook.cells.map((cell, index): TaskCell => ({
    line: cell.line,
    cell: written[index]!.from?.key ?? null,
    lines: runsOf(written[index]!.lines),
  }))
  return { text: writeNotebook(notebook), cells }
}

function* cellsOf(task: Task, plan: Plan, origin: NotebookOrigin): Generator<Written> {
  yield byUs('markdown', null, titleText(task, origin))
  if (task.calls !== undefined) {
    yield* cellsOfCalled(task, task.calls, plan, origin)
    return
  }
  // Packages come first: installing them may start Python anew, and all that was set up before would be lost.
  const restarts = (piece: TaskPiece) => piece.kind === 'pip' || /\brestartPython\b/.test(piece.source)
  const beginning = task.pieces.findLastIndex((piece) => piece.setup && restarts(piece)) + 1
  for (const [index, piece] of task.pieces.entries()) {
    if (index === beginning) {
      yield byUs('python', 'Dagbook', startText)
      if (task.pieces.some(callsNotebooks)) yield byUs('python', null, runnerText(origin.path))
    }
    if (piece.takes === true) yield byUs('python', 'Values from other tasks', takeText(task))
    yield* cellsOfPiece(piece, plan, origin)
    if (piece.gives !== undefined && piece.gives.length > 0) {
      yield byUs('python', 'Values for other tasks', giveText(piece, piece.gives))
    }
  }
}

/** The cells of the notebook that the task is. An error in them leads to the cell that calls it. */
function* cellsOfCalled(
  task: Task,
  { notebook: path }: CalledTask,
  plan: Plan,
  origin: NotebookOrigin,
): Generator<Written> {
  const from = task.pieces.find(({ setup }) => !setup)!
  const { cells } = readNotebook(new TextEncoder().encode(origin.notebook?.(path) ?? ''), path)
  const restart = cells.findLastIndex(({ kind, source }) => kind === 'pip' || /\brestartPython\b/.test(source))
  yield byUs('python', 'Dagbook', startText)
  if (cells.some(callsNotebooks)) yield byUs('python', null, runnerText(path))
  for (const [index, { kind, title, source }] of cells.entries()) {
    const text = kind === 'run' ? runCell(source, path, plan.modules) : runsFrom(kind, source)
    yield { kind, title, source: text, from, lines: [1] }
    // Installing packages may start Python anew, and what was set up before is lost.
    if (index === restart) yield byUs('python', 'Dagbook', startText)
    if (index === restart && cells.some(callsNotebooks)) yield byUs('python', null, runnerText(path))
  }
}

function callsNotebooks({ kind, source }: Pick<Cell, 'source'> & { readonly kind?: Cell['kind'] }): boolean {
  return (kind ?? 'python') === 'python' && new RegExp(calls).test(source)
}

const calls = /\bdbutils\s*\.\s*notebook\s*\.\s*run\b/g

/** Paths of notebooks are relative to the notebook that calls them, and not to the task that its code is now in. */
function runsFrom(kind: Cell['kind'], source: string): string {
  return kind === 'python' ? source.replace(calls, '_dagbook_run') : source
}

function runnerText(path: string): string {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  return `_dagbook_run = _dagbook.notebook_runner(dbutils, ${python(folder)})`
}

function* cellsOfPiece(piece: TaskPiece, plan: Plan, origin: NotebookOrigin): Generator<Written> {
  const kind = piece.kind ?? 'python'
  const title = piece.title ?? null
  const code = { title, from: piece }
  if (piece.display && (kind === 'python' || kind === 'sql')) {
    yield { kind: 'python', ...code, ...displayCell(piece, kind) }
  } else if (kind === 'run') {
    yield { kind, ...code, source: runCell(piece.source, origin.path, plan.modules), lines: piece.lines }
  } else {
    yield { kind, ...code, source: runsFrom(kind, piece.source), lines: piece.lines }
  }
  if (kind === 'sql' && piece.as !== undefined) {
    yield { kind: 'python', title: null, from: piece, source: `${piece.as} = _sqldf`, lines: [1] }
  }
}

function giveText({ key, changing }: TaskPiece, names: readonly string[]): string {
  const also = changing === undefined ? '' : `, changing=${python(changing)}`
  return `_dagbook.give(globals(), ${python(key)}, ${python(names)}${also})`
}

function byUs(kind: 'python' | 'markdown', title: string | null, source: string): Written {
  return { kind, title, source, from: null, lines: [] }
}

function titleText(task: Task, origin: NotebookOrigin): string {
  const own = [...new Set(task.pieces.filter(({ setup }) => !setup).map(({ key }) => `\`${key}\``))].join(', ')
  const from = `Written by Dagbook from \`${origin.path}\` (${own}). Change the notebook and export again.`
  return [`## ${task.key}`, '', from, ...(task.description === '' ? [] : ['', task.description])].join('\n')
}

const startText = [
  "# Relative paths mean the project's folder; modules of the project lie beside this task.",
  'import os as _os, sys as _sys',
  '',
  '_os.chdir(dbutils.widgets.get("dagbook_root"))',
  '_sys.path.insert(0, dbutils.widgets.get("dagbook_source"))',
  'import dagbook_handover as _dagbook',
].join('\n')

function takeText(task: Task): string {
  const byCell = new Map<string, { task: string; cell: string; names: string[] }>()
  for (const { name, from, cell } of task.handover.in) {
    const key = JSON.stringify([from, cell])
    const entry = byCell.get(key) ?? { task: from, cell: cell ?? from, names: [] }
    byCell.set(key, { ...entry, names: [...entry.names, name] })
  }
  return [...byCell.values()]
    .map(
      ({ task: from, cell, names }) => `_dagbook.take(globals(), ${python(from)}, ${python(cell)}, ${python(names)})`,
    )
    .join('\n')
}

function runsOf(lines: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const line of lines) {
    const last = runs.at(-1)
    if (last !== undefined && last[0] + last[1] === line) last[1]++
    else runs.push([line, 1])
  }
  return runs
}

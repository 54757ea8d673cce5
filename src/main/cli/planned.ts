import { resolve } from 'node:path'
import { Problem } from '../../kernel/problem/index.ts'
import type { Exportable, PreparedExport } from '../../kernel/service/index.ts'
import type { Studied } from './study.ts'

/** A notebook that was studied, as planning and export want it. */
export function exportable(studied: Studied, path: string): Exportable {
  return {
    project: studied.project,
    path: resolve(path),
    preamble: studied.notebook.preamble,
    cells: studied.cells.map(({ key, cell, analysis }) => ({
      key,
      kind: cell.kind,
      title: cell.title,
      source: cell.source,
      analysis,
    })),
    graph: studied.graph,
    files: studied.files,
  }
}

/** Throws the Problem that stands against writing an export, if there is one. */
export function refuseUnwritable({ problem, refused }: PreparedExport, path: string): void {
  if (problem !== null) throw new Problem(problem.code, problem.what, { path, ...problem.place }, problem.todo, problem)
  if (refused.length > 0) throw new Problem('DB-1401', refused.join(' '), { path })
}

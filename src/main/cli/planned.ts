import { resolve } from 'node:path'
import type { Exportable } from '../../kernel/service/index.ts'
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

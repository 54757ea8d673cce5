import { folderOf, runTarget, targetPath } from '../analysis/index.ts'
import type { TaskPiece } from '../plan/index.ts'
import { python } from './python-text.ts'

/** A piece that only shows something, written so that its failure is told and fails nothing. */
export function displayCell(piece: TaskPiece, kind: 'python' | 'sql'): { source: string; lines: number[] } {
  const guard = `with _dagbook.showing(${python(piece.key)}):`
  if (kind === 'sql') {
    const parameters = (piece.parameters ?? []).map((name) => `${python(name)}: dbutils.widgets.get(${python(name)})`)
    const args = parameters.length === 0 ? '' : `, args={${parameters.join(', ')}}`
    const statement = python(piece.source.trim().replace(/;\s*$/, ''))
    return { source: `${guard}\n    display(spark.sql(${statement}${args}))`, lines: [1, 1] }
  }
  // A text over several lines would change if it were indented.
  if (/"""|'''/.test(piece.source)) {
    return { source: `${guard}\n    exec(${python(piece.source)}, globals())`, lines: [1, 1] }
  }
  const rows = piece.source.split('\n')
  const last = rows.findLastIndex((row) => row.trim() !== '')
  // A cell shows its last line if that is a value; inside a block somebody has to say so.
  const shown = rows.map((row, index) =>
    index === last && /^[A-Za-z_][\w.]*$/.test(row.trim()) ? `display(${row.trim()})` : row,
  )
  const indented = shown.map((row) => (row.trim() === '' ? '' : `    ${row}`))
  return { source: [guard, ...indented].join('\n'), lines: [1, ...piece.lines] }
}

/** `%run ./x`: the notebook lies among the bundle's modules, one folder above the tasks. */
export function runCell(source: string, notebook: string, modules: readonly string[]): string {
  const name = runTarget(source)
  const path = targetPath(name, folderOf(notebook))
  const module = modules.find((each) => each === path || each.replace(/\.\w+$/, '') === path)
  if (module === undefined || name.startsWith('/')) return source
  const rest = source.trim().replace(/^("[^"]*"|'[^']*'|\S+)/, '')
  const target = `../${module.replace(/\.\w+$/, '')}`
  return `${/\s/.test(target) ? `"${target}"` : target}${rest}`
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const CellMap = z.object({
  notebook: z.string(),
  tasks: z.record(
    z.string(),
    z.array(
      z.object({ line: z.number(), cell: z.string().nullable(), lines: z.array(z.tuple([z.number(), z.number()])) }),
    ),
  ),
})

/** Where the cells of a task's notebook came from, by their order in it. */
export type SourceCells = z.infer<typeof CellMap>['tasks'][string]

/**
 * The map beside a task's notebook (`src/cells.json` above `src/tasks/x.py`); empty for a notebook that export did not
 * write.
 */
export function sourceCells(notebook: string, task: string): SourceCells {
  const path = join(dirname(dirname(notebook)), 'cells.json')
  if (!existsSync(path)) return []
  const parsed = CellMap.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  return parsed.success ? (parsed.data.tasks[task] ?? []) : []
}

/**
 * The source cell and line of a line of a task's cell. For a cell that export wrote: the cell that it serves, without
 * a line.
 */
export function sourceOf(
  cells: SourceCells,
  index: number,
  line: number | null,
): { cell: string | null; line: number | null } {
  const own = cells[index]
  if (own === undefined) return { cell: null, line }
  if (own.cell === null) {
    const served =
      cells.slice(0, index).findLast(({ cell }) => cell !== null) ?? cells.find(({ cell }) => cell !== null)
    return { cell: served?.cell ?? null, line: null }
  }
  if (line === null) return { cell: own.cell, line: null }
  let left = line - 1
  for (const [first, count] of own.lines) {
    if (left < count) return { cell: own.cell, line: first + left }
    left -= count
  }
  return { cell: own.cell, line: null }
}

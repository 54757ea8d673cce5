import type { JobWorkers } from '../job/index.ts'
import type { TableName, TablePlace } from '../engine/index.ts'
import type { Workbench } from './workbench.ts'

/**
 * Processes for the tasks of a job. Tables are the project's own, as in production; with `scratch`, the first touch of a table makes a copy that all tasks of
 * the run share and that goes with the workbench.
 */
export function jobWorkers(workbench: Workbench, scratch: boolean): JobWorkers {
  const copies = new Map<TableName, Promise<TablePlace>>()
  const copy = async (table: TableName, run: string): Promise<TablePlace> => {
    const base = await workbench.warehouse.basePlace(table)
    return workbench.warehouse.newVersion(workbench.draft, table, base.location, `j${run}`)
  }
  return {
    start: (_, host) => workbench.startWorker(host),
    host: ({ run }) => ({
      engine: () => workbench.engine(),
      tables: async () => [...new Set([...(await workbench.warehouse.list()), ...copies.keys()])],
      place: (table) => {
        if (!scratch) return workbench.warehouse.basePlace(table)
        const known = copies.get(table) ?? copy(table, run)
        copies.set(table, known)
        return known
      },
    }),
  }
}

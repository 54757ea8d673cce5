import type { Notebook } from '../notebook/index.ts'
import { loadSql, type Namespace } from './sql/index.ts'

/** Where names without catalog and schema are looked up when a notebook begins, here as on Databricks. */
export const defaultNamespace: Namespace = { catalog: 'main', schema: 'default' }

/** Loads the SQL parser if the analysis of a notebook will ask for it, so that others need not wait. */
export async function loadSqlFor(notebook: Pick<Notebook, 'cells'>): Promise<void> {
  const asks = notebook.cells.some(
    ({ kind, source }) =>
      kind === 'sql' || kind === 'run' || (kind === 'python' && /\bsql\b|\bnotebook\s*\.\s*run\b/.test(source)),
  )
  if (asks) await loadSql()
}

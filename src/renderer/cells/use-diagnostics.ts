import { useMemo } from 'react'
import { usePage, type CellId } from '../state/index.ts'

/** The remarks on one cell; the same array as long as all remarks are. */
export function useDiagnostics(id: CellId) {
  const all = usePage((page) => page.notebook!.diagnostics)
  return useMemo(() => all.filter(({ cell }) => cell === id), [all, id])
}

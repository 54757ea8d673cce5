import type { Effect } from '../../effect.ts'
import type { ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { texts, type Value } from '../value.ts'

/**
 * Notes that temp views are made, and what reading them will read; null: they are dropped. `global`: views of all sessions, which
 * have a schema of their own.
 */
export function noteView(
  run: Run,
  name: Value | undefined,
  behind: readonly Effect[] | null,
  at: ParseNode,
  global = false,
): void {
  const names = texts(name)
  if (names === null) {
    run.find(
      'unresolved-table',
      'warning',
      at,
      'The name of the temp view is not known from the text, so this cell keeps its place among all cells with views.',
    )
    run.emit('update', 'view:*', at)
    if (run.deferred === null) run.carry('view:*', [...(run.views.get('view:*') ?? []), ...(behind ?? [])])
    return
  }
  for (const text of names) {
    const view = `${global ? 'global_temp.' : ''}${text.replaceAll('`', '').toLowerCase()}`
    run.emit(names.length === 1 ? 'write' : 'update', `view:${view}`, at, behind === null ? { drops: true } : {})
    if (run.deferred === null) run.carry(`view:${view}`, behind ?? [])
  }
}

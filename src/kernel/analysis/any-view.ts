import type { Effect } from './effect.ts'

/** Where SQL names a table that is not known (`table:*`), it may be a temp view; a statement that is not known may make any view. */
export function withViews(effects: readonly Effect[]): readonly Effect[] {
  const isAny = ({ resource, like }: Effect): boolean => resource === 'table:*' && like === undefined
  return effects.flatMap((effect) => (isAny(effect) ? [effect, { ...effect, resource: 'view:*' as const }] : [effect]))
}

import { effectKey, type Effect, type Resource } from '../effect.ts'
import type { State } from './state.ts'

/**
 * One effect for each thing that was done to each resource, in text order. A name that was bound on some ways only is updated
 * (`maybe`), one that was changed in place is updated and not read besides. `state` is the one at the end.
 */
export function settleNames(effects: readonly Effect[], state: State): readonly Effect[] {
  const updated = new Set<Resource>()
  for (const { mode, resource, maybe } of effects)
    if (mode === 'update' && !maybe && isName(resource)) updated.add(resource)
  const settled = new Map<string, Effect>()
  for (const effect of effects) {
    const own = settle(effect, updated, effects, state)
    if (own === null) continue
    const key = effectKey(own)
    const known = settled.get(key)
    // A view is what the last one makes of it.
    if (own.mode !== 'read' && own.resource.startsWith('view:')) settled.delete(key)
    if (known === undefined || !settled.has(key)) settled.set(key, own)
    else if (known.expanded && !own.expanded) settled.set(key, { ...known, expanded: false })
  }
  return [...settled.values()].map(({ expanded, ...effect }) => (expanded ? { ...effect, expanded } : effect))
}

function settle(effect: Effect, updated: ReadonlySet<Resource>, all: readonly Effect[], state: State): Effect | null {
  const { mode, resource } = effect
  if (!isName(resource) || resource === 'name:*') return effect
  if (updated.has(resource)) {
    const own = all.filter((other) => other.resource === resource && other.mode !== 'write' && !other.maybe)
    const { optional, expanded, ...update } = own.find((other) => other.mode === 'update') ?? effect
    return {
      ...update,
      ...(optional && own.every((other) => other.optional) ? { optional } : {}),
      ...(expanded && own.every((other) => other.expanded) ? { expanded } : {}),
    }
  }
  if (mode !== 'write') return effect
  const binding = state.getHere(resource.slice('name:'.length))
  if (binding === undefined) return null
  return binding.sure ? effect : { ...effect, mode: 'update', maybe: true }
}

function isName(resource: Resource): boolean {
  return resource.startsWith('name:')
}

import { effectKey, type Carried, type Effect, type Resource, type Statement } from '../effect.ts'

/**
 * What statements do as a whole: names and tables that an earlier one has made anew are not read from outside, nor is a name
 * missing that an earlier one has made sure of.
 */
export function composeEffects(statements: readonly Pick<Statement, 'effects'>[]): readonly Effect[] {
  const made = new Set<Resource>()
  const dropped = new Set<Resource>()
  const changed = new Set<Resource>()
  const ensured = new Set<Resource>()
  const seen = new Map<string, Effect>()
  for (const { effects } of statements) {
    const outer = effects.flatMap((effect) => seenFromOutside(effect, made, dropped, ensured) ?? [])
    for (const effect of outer) {
      const { mode, resource, maybe, expanded } = effect
      if (mode === 'update' && isName(resource) && !maybe && resource !== 'name:*') changed.add(resource)
      const key = effectKey(effect)
      const known = seen.get(key)
      // A view is what the last one makes of it.
      if (mode !== 'read' && resource.startsWith('view:')) seen.delete(key)
      if (known === undefined || !seen.has(key) || (known.expanded && !expanded)) seen.set(key, effect)
    }
    for (const { mode, resource, view, drops } of effects) {
      if (mode !== 'write' || resource === 'name:*') continue
      const own: Resource = view === undefined ? resource : `view:${view}`
      if (!drops || view === undefined) made.add(resource)
      if (drops) dropped.add(own)
      else dropped.delete(resource)
    }
    for (const { mode, resource, optional } of effects) {
      const binds = effects.some((other) => other.resource === resource && other.mode === 'update' && other.maybe)
      if (mode === 'read' && optional && binds) ensured.add(resource)
    }
  }
  return [...seen.values()].filter(({ mode, resource, maybe }) => {
    if (changed.has(resource)) return mode === 'update' && !maybe
    return !(mode === 'update' && maybe && made.has(resource))
  })
}

/** An effect as it is seen from outside, behind statements that have made or dropped things; null: it is not. */
function seenFromOutside(
  effect: Effect,
  made: ReadonlySet<Resource>,
  dropped: ReadonlySet<Resource>,
  ensured: ReadonlySet<Resource>,
): Effect | null {
  const { view, ...plain } = effect
  if (view !== undefined && dropped.has(`view:${view}`)) return seenFromOutside(plain, made, dropped, ensured)
  const resource: Resource = view !== undefined && made.has(`view:${view}`) ? `view:${view}` : effect.resource
  const { mode } = effect
  const isView = resource.startsWith('view:')
  if (made.has(resource) && (mode === 'read' || (mode === 'update' && !isView))) return null
  if (resource !== effect.resource) return { ...plain, resource }
  return mode !== 'write' && ensured.has(resource) ? { ...effect, optional: true } : effect
}

function isName(resource: Resource): boolean {
  return resource.startsWith('name:')
}

/** What the names that statements leave behind carry: that of their last definition, and of later ones that may not happen. */
export function composeCarried(statements: readonly Pick<Statement, 'effects' | 'carried'>[]): readonly Carried[] {
  const last = new Map<Resource, Carried[]>()
  for (const { effects, carried } of statements) {
    for (const { mode, resource } of effects) if (mode === 'write') last.delete(resource)
    for (const each of carried) last.set(each.of, [...(last.get(each.of) ?? []), each])
  }
  return [...last.values()].flat()
}

import type { Carried, Effect, Resource, Statement } from '../effect.ts'

/** What statements do as a whole: names and tables that an earlier one has made anew are not read from outside. */
export function composeEffects(statements: readonly Pick<Statement, 'effects'>[]): readonly Effect[] {
  const made = new Set<Resource>()
  const changed = new Set<Resource>()
  const seen = new Map<string, Effect>()
  for (const { effects } of statements) {
    for (const effect of effects) {
      const { mode, resource, view, maybe, expanded } = effect
      const isName = resource.startsWith('name:')
      const isOwn = made.has(resource) || (view !== undefined && made.has(`view:${view}`))
      if (isOwn && (mode === 'read' || (isName && mode === 'update'))) continue
      if (mode === 'update' && isName && !maybe && resource !== 'name:*') changed.add(resource)
      const key = `${mode} ${resource} ${view ?? ''}${maybe ? '?' : ''}`
      const known = seen.get(key)
      if (known === undefined || (known.expanded && !expanded)) seen.set(key, effect)
    }
    for (const { mode, resource } of effects) if (mode === 'write' && resource !== 'name:*') made.add(resource)
  }
  return [...seen.values()].filter(({ mode, resource, maybe }) => {
    if (changed.has(resource)) return mode === 'update' && !maybe
    return !(maybe && made.has(resource))
  })
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

import type { Effect, Resource } from './effect.ts'

/**
 * Names of tables that are known but for the values of parameters: `${catalog}.${schema}.orders`, as text, in lower case but for the
 * names of parameters. A parameter has one value while a notebook runs, so the same text means the same table; `${}` stands for
 * anything, such as the catalog and schema that a short name is looked up in.
 */
export const anything = '${}'

/** Whether two names may mean the same table for some values of their parameters. Either may be a plain name. */
export function maySameTable(one: string, other: string): boolean {
  let left = unitsOf(one)
  let right = unitsOf(other)
  const start = commonLength(left, right)
  left = left.slice(start)
  right = right.slice(start)
  const end = commonLength(left.toReversed(), right.toReversed())
  left = left.slice(0, left.length - end)
  right = right.slice(0, right.length - end)
  if (!right.some(isParameter)) return canBe(left, right.join(''))
  if (!left.some(isParameter)) return canBe(right, left.join(''))
  return fits(left, right) && fits(left.toReversed(), right.toReversed())
}

/** The name of a table of which `parts` is written, without back-quotes and with `${p}` for parameters; null: too little is known. */
export function symbolicName(parts: readonly string[]): string | null {
  const own = parts.map((part) =>
    part.replace(/\$\{[^{}]*\}|[^$]+|\$/g, (unit) => (isParameter(unit) ? unit : unit.toLowerCase())),
  )
  const last = own.at(-1)!.replace(/\$\{[^{}]*\}/g, '')
  // A short name may also be that of a temp view.
  if (own.length < 2 || own.length > 3 || own.includes('') || !/[\p{L}\p{N}]/u.test(last) || own[0] === 'global_temp')
    return null
  const name = own.join('.')
  if (own.length === 3) return name
  // The value of a parameter may be a catalog and a schema.
  return name.startsWith('${') ? anything + name : `${anything}.${name}`
}

/** Letters and parameters. */
function unitsOf(name: string): readonly string[] {
  return name.match(/\$\{[^{}]*\}|[^]/gu) ?? []
}

function isParameter(unit: string): boolean {
  return unit.startsWith('${') && unit.endsWith('}')
}

/** Whether units can be a text, for some values of their parameters. */
function canBe(units: readonly string[], text: string): boolean {
  const pattern = units.map((unit) => (isParameter(unit) ? '.*' : unit.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')))
  return new RegExp(`^${pattern.join('')}$`, 'su').test(text)
}

/** How many units are the same from the start on, whatever the values of parameters are. */
function commonLength(left: readonly string[], right: readonly string[]): number {
  let at = 0
  while (at < left.length && left[at] === right[at] && left[at] !== anything) at++
  return at
}

/** Whether the letters before the first parameter of either agree. */
function fits(left: readonly string[], right: readonly string[]): boolean {
  for (let at = 0; at < left.length && at < right.length; at++) {
    if (isParameter(left[at]!) || isParameter(right[at]!)) return true
    if (left[at] !== right[at]) return false
  }
  return true
}

/** A table that is looked up in a schema that is not known. Its name has one part or two, and no parameters. */
export function lookedUpName(parts: readonly string[]): string {
  return [anything, ...parts.map((part) => part.toLowerCase())].join('.')
}

/** An effect on `table:*.*.t`, where the catalog and the schema are not known: any table that is called so. */
export function inAnySchema(effect: Effect): Effect {
  if (!effect.resource.startsWith('table:*.')) return effect
  const parts = effect.resource.slice('table:'.length).split('.')
  const known = parts.filter((part) => part !== '*')
  const like = known.length > 0 && known.length < 3 ? { like: lookedUpName(known) } : {}
  return { ...effect, mode: effect.mode === 'read' ? 'read' : 'update', resource: 'table:*', ...like }
}

/** An effect as it is seen from a notebook whose parameters are others, though they may have the same names. */
export function withoutParameters(effect: Effect): Effect {
  return effect.like === undefined ? effect : { ...effect, like: effect.like.replace(/\$\{[^{}]*\}/g, anything) }
}

/** What an effect is on: its resource, or `table:` and the name as far as it is known. */
export function placeOf({ resource, like }: Pick<Effect, 'resource' | 'like'>): Resource {
  return like === undefined ? resource : `table:${like}`
}

/** What is noted of the places that a use of a table or view may mean. */
export function notedOf<T extends object>(
  noted: ReadonlyMap<Resource, T>,
  effect: Pick<Effect, 'resource' | 'like'>,
): readonly T[] {
  return placesMeant(noted.keys(), effect).map((place) => noted.get(place)!)
}

/** Those of these places that a use of a table or view may mean, its own first. */
export function placesMeant(
  places: Iterable<Resource>,
  effect: Pick<Effect, 'resource' | 'like'>,
): readonly Resource[] {
  const own = placeOf(effect)
  const found = [...places].filter((place) => {
    if (place === own) return true
    const isSymbolic = effect.like !== undefined || place.includes('${')
    if (!isSymbolic || !own.startsWith('table:') || !place.startsWith('table:')) return false
    return maySameTable(own.slice('table:'.length), place.slice('table:'.length))
  })
  return found.sort((a, b) => Number(b === own) - Number(a === own))
}

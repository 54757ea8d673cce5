import { resourceName, type Step } from '../analysis/index.ts'

/**
 * The statements of a cell that serve only those that become bare calls: imports, lists and helpers that nobody else reads, and what
 * only prints their results. `bare`: these statements, with the calls as they are written.
 */
export function needless(
  own: readonly Step[],
  bare: ReadonlyMap<Step, readonly string[]>,
  all: readonly Step[],
): ReadonlySet<Step> {
  const gone = new Set<Step>()
  for (const step of bare.keys()) {
    const bound = new Set(Object.keys(step.binds))
    const later = all.filter((each) => each.number > step.number)
    const readers = later.filter((each) => reads(each).some((name) => bound.has(name)))
    if (readers.every((each) => onlySpeaks(each) && own.includes(each))) for (const each of readers) gone.add(each)
  }
  const needs = (reader: Step, names: ReadonlySet<string>): boolean => {
    const texts = bare.get(reader)
    return texts === undefined ? !gone.has(reader) : mentions([...texts, ...Object.values(reader.binds)], names)
  }
  for (let changed = true; changed;) {
    changed = false
    for (const step of own) {
      if (gone.has(step) || bare.has(step) || !onlyBinds(step)) continue
      const names = new Set(Object.keys(step.binds))
      const readers = all.filter((each) => each !== step && reads(each).some((name) => names.has(name) || name === '*'))
      if (readers.length === 0 || readers.some((each) => needs(each, names))) continue
      gone.add(step)
      changed = true
    }
  }
  return gone
}

function reads({ effects }: Step): string[] {
  return effects
    .filter(({ mode, resource }) => mode !== 'write' && resource.startsWith('name:'))
    .map(({ resource }) => resourceName(resource))
}

/** Whether what it does cannot be seen but by the names that it binds. */
function onlyBinds({ effects, calls, others, speaks, stops, binds }: Step): boolean {
  const own = effects.every(({ mode, resource }) =>
    mode === 'read' ? /^(name|session|module):/.test(resource) : resource.startsWith('name:') && mode === 'write',
  )
  return own && Object.keys(binds).length > 0 && calls.length === 0 && others.length === 0 && !speaks && !stops
}

/** Whether it only prints or shows. */
function onlySpeaks({ effects, calls, others, speaks, stops }: Step): boolean {
  const reading = effects.every(({ mode, resource }) => resource.startsWith('name:') && mode !== 'update')
  return speaks && reading && calls.length === 0 && others.length === 0 && !stops
}

/** Whether texts name one of these. */
function mentions(texts: readonly (string | null)[], names: ReadonlySet<string>): boolean {
  return texts.some((text) => [...names].some((name) => text !== null && new RegExp(`\\b${name}\\b`).test(text)))
}

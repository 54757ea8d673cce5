import type { Effect, Resource, Span } from '../effect.ts'
import type { Namespace, Settings } from '../sql/index.ts'
import { placeOf } from '../symbolic-name.ts'
import { names, parameters, settings as settingNames, sqlVariables, type Place } from './place.ts'
import { everyName } from './run.ts'
import { State } from './state.ts'
import { ofFrame, ofLiteral, onlyText, unknown } from './value.ts'

/** What is known of the notebook's names, objects and parameters behind one of its cells. */
export interface Knowledge {
  readonly state: State
  /** Where names without catalog and schema are looked up; null: not known. */
  namespace: Namespace | null
}

/** What is known at a place of a notebook; without one, where it begins. */
export function newKnowledge(namespace: Namespace | null, place?: Place): Knowledge {
  return { state: new State(null, place), namespace }
}

/** From here on any name may mean anything. */
export function forgetAll({ state }: Knowledge): void {
  for (const [key] of state.bindings(names)) state.drop(key)
  state.set(everyName, unknown)
}

/** Notes that a name now holds a lazy frame. */
export function knowFrame({ state }: Knowledge, name: string, reads: readonly Effect[]): void {
  state.set(name, ofFrame(reads))
}

/** Notes that a parameter is declared; where `%run` gives its value, that stays. */
export function knowParameter({ state }: Knowledge, name: string, initial: string): void {
  if (!isGiven(state, name)) state.set(`#param.${name}`, ofLiteral(initial))
}

/**
 * Looks at what is run with these values for its parameters, which it may declare as it likes. Behind it they are what they were
 * before.
 */
export function withGiven<T>({ state }: Knowledge, given: Readonly<Record<string, string>>, look: () => T): T {
  const keys = Object.keys(given).flatMap((name) => [`#param.${name}`, `#given.${name}`])
  const before = keys.map((key) => [key, state.get(key)] as const)
  for (const [name, value] of Object.entries(given))
    for (const key of [`#param.${name}`, `#given.${name}`]) state.set(key, ofLiteral(value))
  const result = look()
  for (const [key, binding] of before) state.restore(key, binding)
  return result
}

/** Whether a parameter's value was given, so that its declaration does not count. */
export function isGiven(state: State, name: string): boolean {
  return state.get(`#given.${name}`) !== undefined
}

/** Notes which variables of the SQL session these effects make. */
export function knowVariables({ state }: Pick<Knowledge, 'state'>, effects: readonly Effect[]): void {
  for (const { mode, resource } of effects)
    if (mode === 'write' && resource.startsWith(variablePrefix))
      state.set(`${sqlVariables}${resource.slice(variablePrefix.length)}`, unknown)
}

const variablePrefix = 'session:variable.'

/** The variables of the SQL session that may be there, lower case. */
export function knownVariables({ state }: Pick<Knowledge, 'state'>): ReadonlySet<string> {
  return new Set([...state.bindings(sqlVariables)].map(([key]) => key.slice(sqlVariables.length)))
}

/** Notes where the files of tables are that these SQL statements make somewhere else than in the warehouse. */
export function knowLocations(
  { state }: Pick<Knowledge, 'state'>,
  source: string,
  statements: readonly { readonly span: Span; readonly effects: readonly Effect[] }[],
): void {
  for (const { span, effects } of statements) {
    const text = source.slice(span.start, span.end)
    if (!/^(create|replace)\b[^(]*\btable\b/i.test(text)) continue
    const table = effects.find(({ mode, resource }) => mode !== 'read' && resource.startsWith('table:'))
    const isOverFiles = /\busing\b[^]*\boptions\b/i.test(text) && !/\bselect\b/i.test(text)
    const path = effects.find(({ mode, resource }) => resource.startsWith('path:') && (mode !== 'read' || isOverFiles))
    if (table !== undefined && path !== undefined) knowLocation({ state }, placeOf(table), path.resource)
  }
}

/** Notes that a table's files are at a path: who touches the one touches the other. */
export function knowLocation({ state }: Pick<Knowledge, 'state'>, table: Resource, path: Resource): void {
  if (!table.includes('*') && path !== 'path:*') state.set(`#location.${table}`, ofLiteral(path))
}

/** Notes that overwriting may replace some partitions of a table only, from here on. */
export function knowPartitions({ state }: Pick<Knowledge, 'state'>): void {
  state.set('#partitions', unknown)
}

/** These effects of a SQL text, where INSERT OVERWRITE may replace some partitions only. */
export function withPartitions(
  knowledge: Pick<Knowledge, 'state'>,
  source: string,
  effects: readonly Effect[],
): readonly Effect[] {
  if (/partitionOverwriteMode/i.test(source)) knowPartitions(knowledge)
  if (!replacesPartitions(knowledge) || !/\binsert\s+overwrite\b/i.test(source)) return effects
  return effects.map((effect) =>
    effect.mode === 'write' && /^(table|path):/.test(effect.resource) ? { ...effect, mode: 'update' } : effect,
  )
}

export function replacesPartitions({ state }: Pick<Knowledge, 'state'>): boolean {
  return state.get('#partitions') !== undefined
}

/** These effects, and those on the files of their tables. */
export function withLocations({ state }: Pick<Knowledge, 'state'>, effects: readonly Effect[]): readonly Effect[] {
  return effects.flatMap((effect): readonly Effect[] => {
    const { mode, resource, where } = effect
    const path = resource.startsWith('table:') ? onlyText(state.get(`#location.${placeOf(effect)}`)?.value) : null
    if (path === null || effects.some((other) => other.resource === path)) return [effect]
    return [effect, { mode: mode === 'read' ? mode : 'update', resource: path as Resource, where }]
  })
}

/** The parameters whose value is known, with it. */
export function knownParameters({ state }: Knowledge): Record<string, string> {
  const known: Record<string, string> = {}
  for (const [key, { value }] of state.bindings(parameters)) {
    const name = key.slice(parameters.length)
    const text = onlyText(value)
    // Nobody means the empty text: the value comes with the run.
    if (text !== null && (text !== '' || isGiven(state, name))) known[name] = text
  }
  return known
}

/** The settings of Spark whose texts are known; `${p}` in one stands for a parameter. */
export function knownSettings({ state }: Pick<Knowledge, 'state'>): Settings {
  const known: Record<string, string> = {}
  for (const [key, { value, sure }] of state.bindings(settingNames)) {
    const text = sure ? onlyText(value) : null
    if (text !== null) known[key.slice(settingNames.length)] = text
  }
  return known
}

/** Notes what a setting is from here on; null: not known. */
export function knowSetting({ state }: Pick<Knowledge, 'state'>, name: string, text: string | null): void {
  state.set(`${settingNames}${name}`, text === null ? unknown : ofLiteral(text))
}

/** Notes all settings from here on. */
export function knowSettings(knowledge: Pick<Knowledge, 'state'>, settings: Settings): void {
  const before = knownSettings(knowledge)
  for (const name of new Set([...Object.keys(before), ...Object.keys(settings)]))
    if (before[name] !== settings[name]) knowSetting(knowledge, name, settings[name] ?? null)
}

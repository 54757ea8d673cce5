import type { Effect, Resource, Span } from '../effect.ts'
import type { Namespace, Settings } from '../sql/index.ts'
import { placeOf } from '../symbolic-name.ts'
import { everyName, isModuleName } from './run.ts'
import { State } from './state.ts'
import { ofFrame, ofLiteral, onlyText, texts, unknown } from './value.ts'

/** What is known of the notebook's names, objects and parameters behind one of its cells. */
export interface Knowledge {
  readonly state: State
  /** Where names without catalog and schema are looked up; null: not known. */
  namespace: Namespace | null
}

/** What is known where a notebook begins. */
export function newKnowledge(namespace: Namespace): Knowledge {
  return { state: new State(), namespace }
}

/** The same knowledge, which can go another way. */
export function copyKnowledge({ state, namespace }: Knowledge): Knowledge {
  const copy = new State()
  copy.commit(state)
  return { state: copy, namespace }
}

/** From here on any name may mean anything. */
export function forgetAll({ state }: Knowledge): void {
  for (const key of [...state.variables.keys()]) if (isModuleName(key)) state.variables.delete(key)
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
  const before = keys.map((key) => [key, state.variables.get(key)] as const)
  for (const [name, value] of Object.entries(given))
    for (const key of [`#param.${name}`, `#given.${name}`]) state.set(key, ofLiteral(value))
  const result = look()
  for (const [key, binding] of before) {
    if (binding === undefined) state.variables.delete(key)
    else state.variables.set(key, binding)
  }
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
      state.set(`#variable.${resource.slice(variablePrefix.length)}`, unknown)
}

const variablePrefix = 'session:variable.'

/** The variables of the SQL session that may be there, lower case. */
export function knownVariables({ state }: Pick<Knowledge, 'state'>): ReadonlySet<string> {
  const names = new Set<string>()
  for (let each: State | null = state; each !== null; each = each.parent) {
    for (const key of each.variables.keys()) if (key.startsWith('#variable.')) names.add(key.slice('#variable.'.length))
  }
  return names
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
  for (const [key, { value }] of state.variables) {
    const text = key.startsWith('#param.') ? onlyText(value) : null
    // Nobody means the empty text: the value comes with the run.
    if (text !== null && (text !== '' || isGiven(state, key.slice('#param.'.length))))
      known[key.slice('#param.'.length)] = text
  }
  return known
}

/** The settings of Spark whose texts are known; `${p}` in one stands for a parameter. */
export function knownSettings({ state }: Pick<Knowledge, 'state'>): Settings {
  return Object.fromEntries(
    settingNames(state).flatMap((name) => {
      const binding = state.get(`#setting.${name}`)
      const text = binding?.sure ? onlyText(binding.value) : null
      return text === null ? [] : [[name, text]]
    }),
  )
}

/** Notes what a setting is from here on; null: not known. */
export function knowSetting({ state }: Pick<Knowledge, 'state'>, name: string, text: string | null): void {
  const names = settingNames(state)
  if (!names.includes(name)) state.set('#settings', ofLiteral(...names, name))
  state.set(`#setting.${name}`, text === null ? unknown : ofLiteral(text))
}

/** Notes all settings from here on. */
export function knowSettings(knowledge: Pick<Knowledge, 'state'>, settings: Settings): void {
  const before = knownSettings(knowledge)
  for (const name of new Set([...Object.keys(before), ...Object.keys(settings)]))
    if (before[name] !== settings[name]) knowSetting(knowledge, name, settings[name] ?? null)
}

function settingNames(state: State): readonly string[] {
  return texts(state.get('#settings')?.value) ?? []
}

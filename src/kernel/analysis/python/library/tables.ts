import type { Effect, Mode } from '../../effect.ts'
import { gap, isPattern, replaceParameters, roughPath } from '../../rough-path.ts'
import { unknownPlace } from '../../unknown-place.ts'
import { containerResource, roughTableResources, tableResource } from '../../sql/index.ts'
import { symbolicName } from '../../symbolic-name.ts'
import { withLocations } from '../knowledge.ts'
import type { ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { roughTexts, texts, type Value } from '../value.ts'

/** The effects on the table that a value names; on every table if the name is not known. */
export function tableEffects(run: Run, name: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const names = roughTexts(name)
  const where = run.where(at)
  const kept = mode === 'read' ? mode : 'update'
  if (names === null || names.some((text) => text.includes(gap) && symbolicTable(text) === null))
    noteUnknown(run, mode, at)
  if (names === null) return everyTable(mode, where)
  // One of several names: each of them may be left as it was.
  const sure = names.length === 1 ? mode : kept
  const effects = names.flatMap((text): readonly Effect[] => {
    const path = /^(?:delta|parquet|csv|json|orc|avro|text)\.`([^`]+)`$/i.exec(text.trim())
    if (path !== null) {
      const rough = roughPath(path[1]!)
      return [{ mode: rough === null || isPattern(rough) ? kept : sure, resource: `path:${rough ?? '*'}`, where }]
    }
    const parts = splitName(replaceParameters(text, () => gap))
    const like = text.includes(gap) ? symbolicTable(text) : null
    if (like !== null) return [{ mode: kept, resource: 'table:*', where, like }]
    if (text.includes(gap)) return partlyKnown(run, parts, mode, where)
    if (parts.length === 2 && parts[0]!.toLowerCase() === 'global_temp')
      return [{ mode: sure, resource: `view:${parts.join('.').toLowerCase()}`, where }]
    if (parts.at(-2)?.toLowerCase() === 'information_schema') return [{ mode: 'read', resource: 'table:*', where }]
    if (run.namespace === null && parts.length < 3)
      return parts.length === 1 ? everyTable(mode, where) : [{ mode: kept, resource: 'table:*', where }]
    const resource = tableResource(parts, run.namespace ?? { catalog: '', schema: '' })
    if (parts.length > 1) return [{ mode: sure, resource, where }]
    return [{ mode: sure, resource, where, view: resource.slice(resource.lastIndexOf('.') + 1) }]
  })
  return withLocations(run, effects)
}

/** The name of a table that hangs on nothing but parameters; null: on more, or too little is known. */
function symbolicTable(text: string): string | null {
  const name = replaceParameters(text, (parameter) => `\${${parameter}}`)
  return name.includes(gap) ? null : symbolicName(splitName(name).map((part) => part.replaceAll('`', '')))
}

/** A table of any name; what is read may be a temp view, too. */
function everyTable(mode: Mode, where: Effect['where']): readonly Effect[] {
  const table: Effect = { mode: mode === 'read' ? mode : 'update', resource: 'table:*', where }
  return mode !== 'read' ? [table] : [table, { mode: 'read', resource: 'view:*', where }]
}

/** The schema or catalog of a table whose name is known in part. */
function partlyKnown(run: Run, parts: readonly string[], mode: Mode, where: Effect['where']): readonly Effect[] {
  const first = parts.findIndex((part) => part.includes(gap))
  const isOpen = parts[first] === gap
  const places = roughTableResources(parts.slice(0, first), parts.length, isOpen, run.namespace)
  if (parts.length === 1 && isOpen) return everyTable(mode, where)
  const tables = places.map((resource): Effect => ({ mode: mode === 'read' ? mode : 'update', resource, where }))
  return parts.length > 1 || mode !== 'read' ? tables : [...tables, { mode: 'read', resource: 'view:*', where }]
}

function noteUnknown(run: Run, mode: Mode, at: ParseNode): void {
  const word = mode === 'read' ? 'read' : 'written'
  run.find(
    'unresolved-table',
    'warning',
    at,
    `The name of the table that is ${word} here is not known from the text, so this cell keeps its place among all cells with tables. A note to Dagbook (${mode === 'read' ? 'reads' : 'writes'}=…) says which table it is.`,
  )
}

/** Notes what happens to the table that a value names. */
export function noteTable(run: Run, name: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const effects = tableEffects(run, name, mode, at)
  // Where a name lacks its schema or catalog, the current ones count.
  const lengths = (roughTexts(name) ?? []).map((text) => splitName(text).length)
  if (lengths.some((length) => length === 1)) run.emit('read', 'session:schema', at)
  if (lengths.some((length) => length <= 2)) run.emit('read', 'session:catalog', at)
  run.emitAll(effects, at)
  return effects
}

/** Says so where nobody knows any more in which schema names are looked up from here on. */
export function notePlace(run: Run, at: ParseNode): void {
  if (run.namespace !== null && run.certain) return
  run.find('unresolved-table', 'warning', at, unknownPlace)
}

/** Notes what happens to a schema or catalog; undefined: the current one. `shallow`: not to the tables in it. */
export function noteContainer(
  run: Run,
  kind: 'schema' | 'catalog',
  name: Value | undefined,
  mode: Mode,
  at: ParseNode,
  shallow = false,
): void {
  const { namespace } = run
  const here =
    namespace === null ? null : kind === 'catalog' ? [namespace.catalog] : [namespace.catalog, namespace.schema]
  const isCurrent = name === undefined || (name.literals?.length === 1 && name.literals[0] === null)
  const given: readonly (readonly string[] | null)[] = isCurrent ? [here] : (texts(name)?.map(splitName) ?? [null])
  if (isCurrent && kind === 'schema') run.emit('read', 'session:schema', at)
  if (isCurrent || kind === 'schema') run.emit('read', 'session:catalog', at)
  for (const parts of given) run.emit(mode, containerResource(kind, parts, namespace), at, shallow ? { shallow } : {})
}

function splitName(text: string): string[] {
  return (text.trim().match(/`(?:[^`]|``)+`|[^.`]+/g) ?? [text]).map((part) => part.trim())
}

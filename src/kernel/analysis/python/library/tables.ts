import type { Effect, Mode } from '../../effect.ts'
import { containerResource, tableResource } from '../../sql/index.ts'
import type { ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { texts, type Value } from '../value.ts'

/** The effects on the table that a value names; on every table if the name is not known. */
export function tableEffects(run: Run, name: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const names = texts(name)
  const where = run.where(at)
  if (names === null) {
    const word = mode === 'read' ? 'read' : 'written'
    run.find(
      'unresolved-table',
      'warning',
      at,
      `The name of the table that is ${word} here is not known from the text, so this cell keeps its place among all cells with tables. A note to Dagbook (${mode === 'read' ? 'reads' : 'writes'}=…) says which table it is.`,
    )
    return [{ mode: mode === 'write' ? 'update' : mode, resource: 'table:*', where }]
  }
  // One of several names: each of them may be left as it was.
  const sure = names.length === 1 ? mode : mode === 'write' ? 'update' : mode
  return names.map((text): Effect => {
    const path = /^(?:delta|parquet|csv|json|orc|avro|text)\.`([^`]+)`$/i.exec(text.trim())
    if (path !== null) return { mode: sure, resource: `path:${path[1]}`, where }
    const parts = splitName(text)
    if (parts.length === 2 && parts[0]!.toLowerCase() === 'global_temp')
      return { mode: sure, resource: `view:${parts.join('.').toLowerCase()}`, where }
    if (run.namespace === null && parts.length < 3)
      return { mode: sure === 'write' ? 'update' : sure, resource: 'table:*', where }
    const resource = tableResource(parts, run.namespace ?? { catalog: '', schema: '' })
    if (parts.length > 1) return { mode: sure, resource, where }
    return { mode: sure, resource, where, view: resource.slice(resource.lastIndexOf('.') + 1) }
  })
}

/** Notes what happens to the table that a value names. */
export function noteTable(run: Run, name: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const effects = tableEffects(run, name, mode, at)
  // Where a name lacks its schema or catalog, the current ones count.
  const lengths = (texts(name) ?? []).map((text) => splitName(text).length)
  if (lengths.some((length) => length === 1)) run.emit('read', 'session:schema', at)
  if (lengths.some((length) => length <= 2)) run.emit('read', 'session:catalog', at)
  run.emitAll(effects, at)
  return effects
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

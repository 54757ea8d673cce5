import {
  effectKey,
  resourceName,
  type Carried,
  type Effect,
  type Finding,
  type Parameter,
  type Resource,
  type Span,
} from '../effect.ts'
import { lookedUpName, notedOf, placeOf, symbolicName } from '../symbolic-name.ts'
import { containerResource, type Namespace, roughTableResources, tableResource } from './namespace.ts'
import { writtenParts } from './written-name.ts'
import type { Statement } from './read.ts'
import type { ContainerUse, TableUse } from './scan.ts'
import type { Token } from './token.ts'
import { variablesRead } from './variable.ts'
import type { SqlStatement } from './analyze.ts'

/** How names are looked up when a view is defined; where it is used that is done. */
const lookupPlaces: ReadonlySet<Resource> = new Set<Resource>(['session:catalog', 'session:schema'])

/** Where a name of so many parts is looked up. */
function lookups(parts: number, where: Span): Effect[] {
  const found: Effect[] = []
  if (parts === 1) found.push({ mode: 'read', resource: 'session:schema', where })
  if (parts <= 2) found.push({ mode: 'read', resource: 'session:catalog', where })
  return found
}

/** What the views of this text read where they are used. */
type OwnViews = Map<Resource, readonly Effect[]>

/** Statements of one text, one after the other: names they look up, and what of their effects can be seen from outside. */
export class CellState {
  namespace: Namespace | null
  readonly effects: Effect[] = []
  readonly carried: Carried[] = []
  readonly findings: Finding[] = []
  readonly #views: OwnViews = new Map()
  readonly #written = new Set<Resource>()
  /** Temp views that this text has dropped: their names mean tables. */
  readonly #dropped = new Set<string>()
  readonly #seen = new Set<string>()

  readonly #variables: Set<string>
  readonly #values: Readonly<Record<string, string>>

  /** `variables`: those of the SQL session that are known from above, lower case; `values`: of parameters. */
  constructor(namespace: Namespace, variables: ReadonlySet<string>, values: Readonly<Record<string, string>>) {
    this.namespace = namespace
    this.#values = values
    this.#variables = new Set(variables)
  }

  /** Takes a statement in; the answer is what it does by itself. */
  add(statement: Statement, asks: readonly Effect[], widget: Parameter | null): Effect[] {
    const { scan, outcome } = statement
    const session: Effect[] = []
    const own: Effect[] = [...asks, ...scan.effects]
    const brought: Effect[] = []
    for (const use of scan.uses.flatMap((each) => outsideOfPipelines(each, statement.tokens))) {
      const effects = this.#tableEffects(use, statement)
      own.push(...effects)
      if (!use.creates && use.mode !== 'write') brought.push(...effects.flatMap((effect) => this.#broughtBy(effect)))
    }
    for (const use of scan.containers) own.push(...this.#containerEffects(use))
    own.push(...placesAskedFor(statement.tokens))
    const set = new Set(scan.effects.filter(({ mode }) => mode !== 'read').map(({ resource }) => resource))
    own.push(...variablesRead(statement.tokens, this.#variables).filter(({ resource }) => !set.has(resource)))
    for (const { mode, resource } of scan.effects)
      if (mode === 'write' && resource.startsWith('session:variable.'))
        this.#variables.add(resource.slice('session:variable.'.length))
    if (outcome.kind === 'query' || outcome.kind === 'write' || outcome.view !== undefined) {
      session.push({ mode: 'read', resource: 'session:conf', where: statement.head })
    }
    for (const doubt of scan.doubts) {
      own.push({ mode: 'update', resource: 'table:*', where: doubt })
      this.#unresolved(
        'unresolved-sql',
        doubt,
        'Dagbook cannot tell which tables this reads and writes: it takes all of them.',
      )
    }
    if (widget !== null) own.push({ mode: 'write', resource: `param:${widget.name}`, where: widget.where })
    const reads = inOrder([...own, ...brought])
    if (outcome.view !== undefined) {
      const { resource, mode, where } = outcome.view
      own.push({ mode, resource, where })
      this.#carry(resource, reads)
    }
    const made = own.find(({ mode, where }) => mode !== 'read' && where === outcome.permanentView)
    if (made !== undefined && placeOf(made) !== 'table:*') this.#carry(placeOf(made), reads)
    const all = inOrder([...session, ...own, ...brought])
    this.#show(all)
    if (outcome.catalog !== undefined || outcome.schema !== undefined) this.#enter(outcome.catalog, outcome.schema)
    return all
  }

  /** What a view reads is read again where it is used. */
  #carry(of: Resource, reads: readonly Effect[]): void {
    const effects = reads.filter(({ mode, resource }) => mode === 'read' && !lookupPlaces.has(resource))
    this.carried.push({ of, effects })
    this.#views.set(of, effects)
  }

  /** The cell's last statement returns rows: they are the value of `_sqldf`, which is computed where it is used. */
  keepFrame(where: Span, last: SqlStatement): void {
    this.effects.push({ mode: 'write', resource: 'name:_sqldf', where })
    if (last.kind !== 'query') return
    const reads = last.effects.filter(({ mode }) => mode === 'read')
    this.carried.push({ of: 'name:_sqldf', effects: reads })
  }

  #tableEffects(use: TableUse, { tokens, settings }: Statement): Effect[] {
    const { mode, parts, span: where } = use
    const drops = use.drops ? { drops: true } : {}
    if (parts === null || (this.namespace === null && parts.length < 3)) {
      const written = parts ?? (use.form === 'name' ? writtenParts(tokens, where, settings, this.#values) : null)
      const effects = parts === null ? this.#partlyKnown(use, written) : [this.#lookedUp(use, parts)]
      return [...lookups(written?.length ?? 1, where), ...effects]
    }
    const names = parts.map((part) => part.toLowerCase())
    if (names.at(-2) === 'information_schema') return [{ mode: 'read', resource: 'table:*', where }]
    if (names.length === 2 && names[0] === 'global_temp')
      return [{ mode, resource: `view:${names.join('.')}`, where, ...drops }]
    if (names.length === 1 && !use.creates && this.#views.has(`view:${names[0]}`)) {
      return [{ mode, resource: `view:${names[0]}`, where, ...drops }]
    }
    const resource = tableResource(parts, this.namespace ?? { catalog: '', schema: '' })
    const lookup = lookups(names.length, where)
    if (names.length > 1 || use.creates || this.#dropped.has(names[0]!)) return [...lookup, { mode, resource, where }]
    return [...lookup, { mode, resource, where, view: names[0]!, ...drops }]
  }

  #containerEffects({ kind, mode, shallow, parts, span: where }: ContainerUse): Effect[] {
    const now = this.namespace
    const here = kind === 'catalog' ? [now?.catalog] : [now?.catalog, now?.schema]
    const known = parts === undefined ? (now === null ? null : here.map(String)) : parts
    const resource = containerResource(kind, known, now)
    const lookup: Effect[] = []
    if (kind === 'schema' && parts === undefined) lookup.push({ mode: 'read', resource: 'session:schema', where })
    if (parts === undefined || (kind === 'schema' && parts?.length === 1))
      lookup.push({ mode: 'read', resource: 'session:catalog', where })
    if (resource === 'table:*') return [...lookup, { mode: mode === 'read' ? 'read' : 'update', resource, where }]
    return [...lookup, { mode, resource, where, ...(shallow ? { shallow } : {}) }]
  }

  /** A table that is looked up in a schema that is not known. */
  #lookedUp({ mode, span: where, creates, drops }: TableUse, parts: readonly string[]): Effect {
    const names = parts.map((part) => part.toLowerCase())
    const view = names.length > 1 || creates || this.#dropped.has(names[0]!) ? {} : { view: names[0]! }
    const any: Effect = {
      mode: mode === 'read' ? 'read' : 'update',
      resource: 'table:*',
      where,
      like: lookedUpName(names),
    }
    if (names.length === 1 && !creates && this.#views.has(`view:${names[0]!}`))
      return { mode, resource: `view:${names[0]!}`, where, ...(drops ? { drops } : {}) }
    return { ...any, ...view, ...(drops && names.length === 1 ? { drops } : {}) }
  }

  /** A table whose name hangs on parameters, or of which only the beginning is known. */
  #partlyKnown({ mode, rough, span: where }: TableUse, parts: readonly string[] | null): Effect[] {
    const kept = mode === 'read' ? mode : 'update'
    const like = parts === null ? null : symbolicName(parts)
    if (like !== null) return [{ mode: kept, resource: 'table:*', where, like }]
    this.#unresolved(
      'unresolved-table',
      where,
      'Which table this is, is known only when it runs: Dagbook takes all of them.',
    )
    const { known, total, open } = rough ?? { known: [], total: 1, open: true }
    const tables = roughTableResources(known, total, open, this.namespace)
    // It may be a temp view, too.
    const views: readonly Resource[] = total === 1 && !open ? ['view:*'] : []
    return [...tables, ...views].map((resource): Effect => ({ mode: kept, resource, where }))
  }

  /** What a use of a view of this text reads. */
  #broughtBy(effect: Effect): Effect[] {
    return notedOf(this.#views, effect).flatMap((effects) => effects.map((each) => ({ ...each, where: effect.where })))
  }

  /** Adds effects to those of the text as a whole, unless they are on something that an earlier statement has made anew. */
  #show(effects: readonly Effect[]): void {
    for (const effect of effects) {
      const { mode, resource } = effect
      const isView = resource.startsWith('view:') && mode !== 'read'
      if (this.#written.has(resource) && !isView) continue
      const id = effectKey(effect)
      // A view is what the last statement makes of it.
      if (isView && this.#seen.delete(id))
        this.effects.splice(
          this.effects.findIndex((own) => effectKey(own) === id),
          1,
        )
      if (!this.#seen.has(id)) this.effects.push(effect)
      this.#seen.add(id)
    }
    for (const effect of effects) if (effect.mode === 'write') this.#note(effect)
  }

  /** Notes what a statement has made anew, or dropped. */
  #note({ resource, drops, view }: Effect): void {
    const own = view === undefined ? resource : (`view:${view}` as const)
    if (drops) {
      this.#views.delete(own)
      this.#dropped.add(resourceName(own))
    } else if (own.startsWith('view:')) this.#dropped.delete(resourceName(own))
    if (!(drops && view !== undefined)) this.#written.add(resource)
  }

  #enter(catalog: string | null | undefined, schema: string | null | undefined): void {
    const now = this.namespace
    const next = {
      catalog: catalog === undefined ? now?.catalog : catalog,
      schema: schema === undefined ? now?.schema : schema,
    }
    this.namespace = next.catalog == null || next.schema == null ? null : { catalog: next.catalog, schema: next.schema }
  }

  #unresolved(code: 'unresolved-sql' | 'unresolved-table', where: Span, message: string): void {
    this.findings.push({ code, severity: 'warning', where, message })
  }
}

/** `LIVE.t` is the pipeline's own dataset `t`; in a statement that may also stand elsewhere, the table of that schema, too. */
function outsideOfPipelines(use: TableUse, tokens: readonly Token[]): readonly TableUse[] {
  if (use.parts?.length !== 2 || use.parts[0]!.toLowerCase() !== 'live') return [use]
  const dataset: TableUse = { ...use, parts: use.parts.slice(1) }
  return isOfPipeline(tokens) ? [dataset] : [dataset, use]
}

function isOfPipeline(tokens: readonly Token[]): boolean {
  const words = tokens.slice(0, 6).map(({ key }) => key)
  if (words[0] === 'APPLY' || words[0] === 'AUTO') return true
  return words[0] === 'CREATE' && words.some((word) => pipelineWords.has(word))
}

const pipelineWords = new Set(['LIVE', 'STREAMING', 'MATERIALIZED', 'FLOW'])

/** `current_schema()` and the like. */
function placesAskedFor(tokens: readonly Token[]): Effect[] {
  return tokens.flatMap(({ key, start, end }): Effect[] => {
    const where: Span = { start, end }
    if (key === 'CURRENT_CATALOG') return [{ mode: 'read', resource: 'session:catalog', where }]
    if (key !== 'CURRENT_SCHEMA' && key !== 'CURRENT_DATABASE') return []
    return [{ mode: 'read', resource: 'session:schema', where }]
  })
}

function inOrder(effects: readonly Effect[]): Effect[] {
  return [...effects].sort((a, b) => a.where.start - b.where.start || a.where.end - b.where.end)
}

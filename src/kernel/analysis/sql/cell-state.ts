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
import { containerResource, type Namespace, roughTableResources, tableResource } from './namespace.ts'
import type { Statement } from './read.ts'
import type { ContainerUse, TableUse } from './scan.ts'
import type { Token } from './token.ts'
import { variablesRead } from './variable.ts'
import type { SqlStatement } from './analyze.ts'

/** How names are looked up when a view is defined; where it is used that is done. */
const lookups: ReadonlySet<Resource> = new Set<Resource>(['session:catalog', 'session:schema'])

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

  /** `variables`: those of the SQL session that are known from above, lower case. */
  constructor(namespace: Namespace, variables: ReadonlySet<string>) {
    this.namespace = namespace
    this.#variables = new Set(variables)
  }

  /** Takes a statement in; the answer is what it does by itself. */
  add(statement: Statement, asks: readonly Effect[], widget: Parameter | null): Effect[] {
    const { scan, outcome } = statement
    const session: Effect[] = []
    const own: Effect[] = [...asks, ...scan.effects]
    const brought: Effect[] = []
    for (const use of scan.uses) {
      own.push(...this.#tableEffects(use))
      brought.push(...this.#broughtBy(use))
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
      this.#unresolved(doubt, 'Dagbook cannot tell which tables this reads and writes: it takes all of them.')
    }
    if (widget !== null) own.push({ mode: 'write', resource: `param:${widget.name}`, where: widget.where })
    const reads = inOrder([...own, ...brought])
    if (outcome.view !== undefined) {
      const { resource, mode, where } = outcome.view
      own.push({ mode, resource, where })
      this.#carry(resource, reads)
    }
    if (outcome.permanentView !== undefined && this.namespace !== null) {
      this.#carry(tableResource(outcome.permanentView, this.namespace), reads)
    }
    const all = inOrder([...session, ...own, ...brought])
    this.#show(all)
    if (outcome.catalog !== undefined || outcome.schema !== undefined) this.#enter(outcome.catalog, outcome.schema)
    return all
  }

  /** What a view reads is read again where it is used. */
  #carry(of: Resource, reads: readonly Effect[]): void {
    const effects = reads.filter(({ mode, resource }) => mode === 'read' && !lookups.has(resource))
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

  #tableEffects(use: TableUse): Effect[] {
    const { mode, parts, span: where } = use
    const drops = use.drops ? { drops: true } : {}
    if (parts === null || this.namespace === null) {
      this.#unresolved(where, 'Which table this is, is known only when it runs: Dagbook takes all of them.')
      const { known, total, open } = use.rough ?? { known: [], total: 1, open: true }
      const kept = mode === 'read' ? mode : 'update'
      const tables = roughTableResources(known, total, open, this.namespace)
      // It may be a temp view, too.
      const views: readonly Resource[] = total === 1 && !open ? ['view:*'] : []
      return [...tables, ...views].map((resource): Effect => ({ mode: kept, resource, where }))
    }
    const names = parts.map((part) => part.toLowerCase())
    if (names.at(-2) === 'information_schema') return [{ mode: 'read', resource: 'table:*', where }]
    if (names.length === 2 && names[0] === 'global_temp')
      return [{ mode, resource: `view:${names.join('.')}`, where, ...drops }]
    if (names.length === 1 && !use.creates && this.#views.has(`view:${names[0]}`)) {
      return [{ mode, resource: `view:${names[0]}`, where, ...drops }]
    }
    const resource = tableResource(parts, this.namespace)
    const lookup: Effect[] = []
    if (names.length === 1) lookup.push({ mode: 'read', resource: 'session:schema', where })
    if (names.length <= 2) lookup.push({ mode: 'read', resource: 'session:catalog', where })
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

  /** What a use of a view of this text reads. */
  #broughtBy({ parts, mode, creates, span }: TableUse): Effect[] {
    if (parts === null || creates || mode === 'write') return []
    const temp = this.#views.get(`view:${parts.join('.').toLowerCase()}`)
    const effects =
      temp ?? (this.namespace === null ? undefined : this.#views.get(tableResource(parts, this.namespace)))
    return (effects ?? []).map((effect) => ({ ...effect, where: span }))
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

  #unresolved(where: Span, message: string): void {
    this.findings.push({ code: 'unresolved-sql', severity: 'warning', where, message })
  }
}

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

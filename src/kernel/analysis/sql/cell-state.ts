import type { Carried, Effect, Finding, Parameter, Resource, Span } from '../effect.ts'
import { type Namespace, tableResource } from './namespace.ts'
import type { Statement } from './read.ts'
import type { TableUse } from './scan.ts'
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
  readonly #seen = new Set<string>()

  constructor(namespace: Namespace) {
    this.namespace = namespace
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
    if (parts === null || this.namespace === null) {
      this.#unresolved(where, 'Which table this is, is known only when it runs: Dagbook takes all of them.')
      return [{ mode: mode === 'read' ? 'read' : 'update', resource: 'table:*', where }]
    }
    const names = parts.map((part) => part.toLowerCase())
    if (names.at(-2) === 'information_schema') return [{ mode: 'read', resource: 'table:*', where }]
    if (names.length === 2 && names[0] === 'global_temp') return [{ mode, resource: `view:${names.join('.')}`, where }]
    if (names.length === 1 && !use.creates && this.#views.has(`view:${names[0]}`)) {
      return [{ mode, resource: `view:${names[0]}`, where }]
    }
    const resource = tableResource(parts, this.namespace)
    const lookup: Effect[] = []
    if (names.length === 1) lookup.push({ mode: 'read', resource: 'session:schema', where })
    if (names.length <= 2) lookup.push({ mode: 'read', resource: 'session:catalog', where })
    if (names.length > 1 || use.creates) return [...lookup, { mode, resource, where }]
    return [...lookup, { mode, resource, where, view: names[0]! }]
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
    for (const effect of effects.filter(({ resource }) => !this.#written.has(resource))) {
      const id = `${effect.mode} ${effect.resource} ${effect.view ?? ''}`
      if (!this.#seen.has(id)) this.effects.push(effect)
      this.#seen.add(id)
    }
    for (const { mode, resource } of effects) if (mode === 'write') this.#written.add(resource)
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

function inOrder(effects: readonly Effect[]): Effect[] {
  return [...effects].sort((a, b) => a.where.start - b.where.start || a.where.end - b.where.end)
}

import {
  effectKey,
  notedOf,
  placeOf,
  resourceKind,
  resourceName,
  type CellAnalysis,
  type Effect,
  type Resource,
  type Span,
} from '../analysis/index.ts'
import { DiagnosticList } from './diagnostics.ts'
import { EdgeList } from './edges.ts'
import type { Binding, CellId, Graph, GraphCell } from './graph.ts'
import { Memory } from './memory.ts'
import { broughtBy, Names, withOlder, type Brought, type Version } from './names.ts'
import { isProvidedName } from './provided.ts'

/** A cell as the graph wants it. `source`: its own text, to count lines in. */
export interface GraphInput {
  readonly id: CellId
  readonly key: string
  readonly source: string
  readonly analysis: CellAnalysis
}

/**
 * The graph of a notebook, from its cells in document order: each read bound to the nearest cell above that writes, an edge for
 * every order that must be kept, and diagnostics. Edges only lead down. The same cells give the same graph.
 */
export function buildGraph(cells: readonly GraphInput[]): Graph {
  return new GraphBuilder(cells).build()
}

/** What is being found out about one cell. */
interface Draft {
  readonly index: number
  readonly reads: Map<string, Binding>
  readonly writes: Set<Resource>
  readonly effects: Map<string, Effect>
  /** Versions of names and views whose carried effects are in already. */
  readonly expanded: Set<Brought>
}

class GraphBuilder {
  readonly #cells: readonly GraphInput[]
  readonly #edges: EdgeList
  readonly #memory: Memory
  readonly #names = new Names()
  /** What reading a view brings along. */
  readonly #views = new Map<Resource, readonly Brought[]>()
  readonly #drafts: Draft[] = []
  readonly #diagnostics: DiagnosticList

  constructor(cells: readonly GraphInput[]) {
    this.#cells = cells
    this.#edges = new EdgeList(cells.length)
    this.#memory = new Memory(this.#edges)
    this.#diagnostics = new DiagnosticList(cells)
  }

  build(): Graph {
    const leaving: number[] = []
    this.#cells.forEach(({ analysis }, index) => {
      this.#addCell(index)
      if (!isText(analysis)) for (const from of leaving) this.#addControl(from, index)
      if (analysis.leaves && !analysis.broken) leaving.push(index)
      this.#addAfter(index)
    })
    const ids = this.#cells.map(({ id }) => id)
    const parameters = new Map(
      this.#cells
        .flatMap(({ analysis }) => analysis.parameters)
        .toReversed()
        .map((parameter) => [parameter.name, parameter]),
    )
    return {
      cells: this.#drafts.map((draft, index) => this.#finish(draft, this.#cells[index]!)),
      edges: this.#edges.sorted(ids),
      parameters: [...parameters.values()].reverse(),
      diagnostics: this.#diagnostics.sorted(),
    }
  }

  #addCell(index: number): void {
    const { analysis } = this.#cells[index]!
    const draft: Draft = { index, reads: new Map(), writes: new Set(), effects: new Map(), expanded: new Set() }
    this.#drafts.push(draft)
    this.#diagnostics.addFindings(index)
    if (analysis.broken) return
    const effects = this.#withCarried(draft, analysis.effects)
    for (const effect of effects) if (resourceKind(effect.resource) === 'name') this.#readName(draft, effect)
    // What it reads of its own making is no effect, so all that it reads comes from above.
    const touches = effects.filter(({ resource }) => resourceKind(resource) !== 'name')
    for (const effect of touches) if (effect.mode === 'read') this.#touch(draft, effect)
    for (const effect of touches) if (effect.mode !== 'read') this.#touch(draft, effect)
    for (const effect of effects) if (effect.mode !== 'read') this.#write(draft, effect, analysis)
  }

  /** The cell's own effects, and after each one those that it brings along, bound at this place. */
  #withCarried(draft: Draft, effects: readonly Effect[]): Effect[] {
    const all: Effect[] = []
    for (const effect of effects) {
      for (const placed of this.#placed(effect)) {
        const key = effectKey(placed)
        if (!draft.effects.has(key)) {
          draft.effects.set(key, placed)
          all.push(placed)
        }
        if (placed.mode === 'write' || placed.expanded) continue
        for (const brought of this.#broughtBy(placed)) {
          if (draft.expanded.has(brought)) continue
          draft.expanded.add(brought)
          const here = brought.effects.map((each): Effect => ({ ...each, where: effect.where }))
          // A permanent view means its tables as they are where it is used, and is meant to.
          if (brought.lazy && resourceKind(placed.resource) !== 'table')
            this.#warnOfWrites(draft, here, brought.since, placed)
          all.push(...this.#withCarried(draft, here))
        }
      }
    }
    return all
  }

  #broughtBy(effect: Effect): readonly Brought[] {
    return resourceKind(effect.resource) === 'name'
      ? this.#names.brings(resourceName(effect.resource))
      : notedOf(this.#views, effect).flat()
  }

  /** A table without schema is the temp view of that name, where there is one. */
  #placed(effect: Effect): Effect[] {
    const { view, ...both } = effect
    if (view === undefined) return [both]
    const { drops, ...plain } = both
    const resource: Resource = `view:${view}`
    const write = this.#memory.lastWrite(resource)
    if (write === null) return [plain]
    const ofView: Effect = { ...plain, resource, ...(drops ? { drops } : {}) }
    if (write.drops && write.sure) return plain.mode === 'read' ? [plain, ofView] : [plain]
    return write.drops || write.resource === 'view:*' ? [plain, ofView] : [ofView]
  }

  #readName(draft: Draft, effect: Effect): void {
    const { mode, resource, where, maybe } = effect
    if (mode === 'write' || maybe) return
    const name = resourceName(resource)
    const versions = this.#names.versions(name)
    for (const version of versions) this.#bind(draft, version, resource, where)
    if (versions.length > 0 || name === '*') return
    const { index } = draft
    if (isProvidedName(name) || effect.optional) return
    this.#addRead(draft, { resource, from: null, where })
    const { effects } = this.#cells[index]!.analysis
    const isOwn = effects.some((own) => own.resource === resource && own.mode === 'write')
    const isDirect = effects.some((own) => own.resource === resource && own.mode !== 'write')
    if (isDirect || !isOwn) this.#diagnostics.undefinedName(index, name, where)
  }

  #bind(draft: Draft, version: Version, resource: Resource, where: Span): void {
    this.#edges.add(version.cell, draft.index, {
      kind: 'value',
      resource,
      order: 'read-after-write',
      from: version.where,
      to: where,
    })
    this.#addRead(draft, { resource, from: this.#cells[version.cell]!.id, where })
    this.#need(version)
  }

  /** Somebody reads a version that older ones may pass through: its cell needs them. */
  #need(version: Version): void {
    if (version.needed) return
    version.needed = true
    for (const older of version.behind)
      this.#bind(this.#drafts[version.cell]!, older, `name:${version.name}`, version.where)
  }

  #touch(draft: Draft, { mode, resource, where, drops, shallow, like }: Effect): void {
    if (mode !== 'write') {
      const write = this.#memory.lastWrite(resource, like)
      const isFromAbove = write !== null && write.cell !== draft.index
      const kind = resourceKind(resource)
      if (isFromAbove) this.#addRead(draft, { resource, from: this.#cells[write.cell]!.id, where })
      else if (write === null) this.#addRead(draft, { resource, from: null, where })
      if (write === null && kind === 'param' && resource !== 'param:*' && mode === 'read')
        this.#diagnostics.undefinedParameter(draft.index, resource, where)
    }
    const sure = mode === 'write'
    this.#memory.note(mode, {
      cell: draft.index,
      where,
      resource,
      sure,
      drops: drops === true,
      shallow: shallow === true,
      ...(like === undefined ? {} : { like }),
    })
  }

  #write(draft: Draft, effect: Effect, { carried }: CellAnalysis): void {
    const { mode, resource, where, maybe, drops } = effect
    draft.writes.add(resource)
    const place = placeOf(effect)
    const brings = broughtBy(carried, place, draft.index)
    if (resourceKind(resource) !== 'name') {
      const kept = mode === 'update' ? (this.#views.get(place) ?? []) : []
      this.#views.set(place, drops ? kept : [...kept, ...brings])
      return
    }
    const name = resourceName(resource)
    const version: Version = {
      name,
      cell: draft.index,
      where,
      behind: maybe ? this.#names.versions(name) : [],
      brings,
      needed: false,
    }
    if (name === '*') {
      if (mode === 'write') this.#names.clear()
      else this.#names.setAny({ ...version, behind: [] }, !maybe)
      return
    }
    // What passes through, or stays in an object that changed, still brings along what it did.
    const before = mode === 'update' ? this.#names.brings(name) : []
    const kept = maybe || brings.length === 0 ? before : before.filter(({ lazy }) => !lazy)
    this.#names.set({ ...version, brings: withOlder(brings, kept) })
  }

  #addRead(draft: Draft, binding: Binding): void {
    const key = `${binding.resource} ${binding.from ?? ''}`
    if (!draft.reads.has(key)) draft.reads.set(key, binding)
  }

  #warnOfWrites(draft: Draft, reads: readonly Effect[], since: number, use: Effect): void {
    for (const read of reads.flatMap((each) => this.#placed(each))) {
      if (!/^(table|view|path):/.test(read.resource)) continue
      const write = this.#memory.lastWrite(read.resource, read.like)
      if (write !== null && write.cell > since && write.cell < draft.index) {
        this.#diagnostics.lazyRead(draft.index, use.resource, read.resource, since, write.cell, use.where)
      }
    }
  }

  #addControl(from: number, to: number): void {
    const whole = (index: number): Span => ({ start: 0, end: this.#cells[index]!.source.length })
    this.#edges.add(from, to, {
      kind: 'control',
      resource: 'notebook:exit',
      order: 'read-after-write',
      from: whole(from),
      to: whole(to),
    })
  }

  #addAfter(index: number): void {
    const { source, analysis } = this.#cells[index]!
    for (const key of analysis.pragma.after) {
      const from = this.#cells.findIndex((cell) => cell.key === key)
      const at = Math.max(0, source.indexOf(key))
      const where: Span = { start: at, end: at + key.length }
      if (from === -1 || from >= index) this.#diagnostics.badAfter(index, key, from, where)
      else {
        const order = 'read-after-write'
        this.#edges.add(from, index, {
          kind: 'after',
          resource: `notebook:${key}`,
          order,
          from: { start: 0, end: this.#cells[from]!.source.length },
          to: where,
        })
      }
    }
  }

  #finish(draft: Draft, { id, analysis }: GraphInput): GraphCell {
    return {
      id,
      reads: [...draft.reads.values()],
      writes: [...draft.writes],
      effects: [...draft.effects.values()],
      leaves: analysis.leaves && !analysis.broken,
    }
  }
}

/** Nothing in it runs. */
function isText({ normalized }: CellAnalysis): boolean {
  return normalized === ''
}

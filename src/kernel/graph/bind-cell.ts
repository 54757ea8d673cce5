import {
  effectKey,
  placeOf,
  placesMeant,
  resourceKind,
  resourceName,
  samePlainData,
  type CellAnalysis,
  type Effect,
  type Resource,
  type Span,
} from '../analysis/index.ts'
import { Log, Register, Slots, type View } from '../timeline/index.ts'
import type { DiagnosticList } from './diagnostics.ts'
import { EdgesInto } from './edges.ts'
import type { Binding } from './graph.ts'
import type { GraphStep } from './graph-step.ts'
import { Memory, MemoryVersions } from './memory.ts'
import { broughtBy, Names, NameVersions, sameBrought, withOlder, type Brought, type Version } from './names.ts'
import { isProvidedName } from './provided.ts'

/** All versions of all that cells read and write. */
export class Versions {
  readonly names = new NameVersions()
  readonly memory = new MemoryVersions()
  /** What reading a view brings along. */
  readonly views = new Slots<Resource, Register<readonly Brought[]>>((drop) => new Register(sameBrought, drop))
  /** The views that bring something along. */
  readonly viewsMade = new Log<Resource>()
  /** Those of them whose names hang on parameters. */
  readonly symbolicViews = new Log<Resource>()
  /** Cells that may leave the notebook, with all of their code. */
  readonly leaving = new Log<{ readonly cell: GraphStep; readonly where: Span }>(
    (a, b) => a.cell === b.cell && samePlainData(a.where, b.where),
  )
}

/** What follows from a cell and all that stands above it. */
export interface BoundCell {
  readonly reads: ReadonlyMap<string, Binding>
  readonly writes: readonly Resource[]
  readonly effects: readonly Effect[]
  readonly edges: EdgesInto
  /** The versions that it reads. */
  readonly needs: readonly Version[]
  /** The names that it makes versions of. */
  readonly names: readonly string[]
  readonly remarks: readonly Remark[]
}

/** A remark on a cell, whose words may depend on what stands elsewhere. */
export interface Remark {
  /** It speaks of the cells below that define this name. */
  readonly name?: string
  /** It names other cells. */
  readonly others?: true
  readonly tell: (diagnostics: DiagnosticList) => void
}

/** Binds each read of a cell to the nearest cell above that writes, and notes what it writes for those below. */
export function bindCell(step: GraphStep, view: View, versions: Versions): BoundCell {
  return new CellBinder(step, view, versions).bind()
}

class CellBinder {
  readonly #step: GraphStep
  readonly #view: View
  readonly #versions: Versions
  readonly #names: Names
  readonly #memory: Memory
  readonly #edges: EdgesInto
  readonly #reads = new Map<string, Binding>()
  readonly #writes = new Set<Resource>()
  readonly #effects = new Map<string, Effect>()
  readonly #needs: Version[] = []
  readonly #made = new Set<string>()
  readonly #remarks: Remark[] = []
  /** Versions of names and views whose carried effects are in already. */
  readonly #expanded = new Set<Brought>()

  constructor(step: GraphStep, view: View, versions: Versions) {
    this.#step = step
    this.#view = view
    this.#versions = versions
    this.#edges = new EdgesInto(step)
    this.#names = new Names(versions.names, view)
    this.#memory = new Memory(versions.memory, view, this.#edges)
  }

  bind(): BoundCell {
    const { analysis } = this.#step.input!
    if (!analysis.broken) this.#bindAll(analysis)
    this.#addControl(analysis)
    return {
      reads: this.#reads,
      writes: [...this.#writes],
      effects: [...this.#effects.values()],
      edges: this.#edges,
      needs: this.#needs,
      names: [...this.#made],
      remarks: this.#remarks,
    }
  }

  #bindAll(analysis: CellAnalysis): void {
    const effects = this.#withCarried(analysis.effects)
    for (const effect of effects) if (resourceKind(effect.resource) === 'name') this.#readName(effect)
    // What it reads of its own making is no effect, so all that it reads comes from above.
    const touches = effects.filter(({ resource }) => resourceKind(resource) !== 'name')
    for (const effect of touches) if (effect.mode === 'read') this.#touch(effect)
    for (const effect of touches) if (effect.mode !== 'read') this.#touch(effect)
    for (const effect of effects) if (effect.mode !== 'read') this.#write(effect, analysis)
  }

  /** The cell's own effects, and after each one those that it brings along, bound at this place. */
  #withCarried(effects: readonly Effect[]): Effect[] {
    const all: Effect[] = []
    for (const effect of effects) {
      for (const placed of this.#placed(effect)) {
        const key = effectKey(placed)
        if (!this.#effects.has(key)) {
          this.#effects.set(key, placed)
          all.push(placed)
        }
        if (placed.mode === 'write' || placed.expanded) continue
        for (const brought of this.#broughtBy(placed)) {
          if (this.#expanded.has(brought)) continue
          this.#expanded.add(brought)
          const here = brought.effects.map((each): Effect => ({ ...each, where: effect.where }))
          // A permanent view means its tables as they are where it is used, and is meant to.
          if (brought.lazy && resourceKind(placed.resource) !== 'table') this.#warnOfWrites(here, brought.since, placed)
          all.push(...this.#withCarried(here))
        }
      }
    }
    return all
  }

  #broughtBy(effect: Effect): readonly Brought[] {
    const { resource, like } = effect
    const kind = resourceKind(resource)
    if (kind === 'name') return this.#names.brings(resourceName(resource))
    if (resource === 'view:*')
      return [...new Set(this.#view.list(this.#versions.viewsMade))].flatMap((view) => this.#behind(view))
    // A view that was made under a name which the text does not tell may be this one.
    if (kind === 'view') return [...this.#behind(resource), ...this.#behind('view:*')]
    const { viewsMade, symbolicViews } = this.#versions
    const others = kind === 'table' ? this.#view.list(like === undefined ? symbolicViews : viewsMade) : []
    return placesMeant(new Set([placeOf(effect), ...others]), effect).flatMap((view) => this.#behind(view))
  }

  #behind(view: Resource): readonly Brought[] {
    return this.#view.get(this.#versions.views.of(view)) ?? []
  }

  /** A table without schema is the temp view of that name, where there is one. */
  #placed(effect: Effect): Effect[] {
    const { view, ...both } = effect
    if (view === undefined) return [both]
    const { drops, ...plain } = both
    const { like: _, ...named } = plain
    const resource: Resource = `view:${view}`
    const write = this.#memory.lastWrite(resource)
    if (write === null) return [plain]
    const ofView: Effect = { ...named, resource, ...(drops ? { drops } : {}) }
    if (write.drops && write.sure) return plain.mode === 'read' ? [plain, ofView] : [plain]
    if (!write.drops && write.resource !== 'view:*') return [ofView]
    // Rows are only ever put into tables.
    return [plain, plain.mode === 'read' || drops ? ofView : { ...ofView, mode: 'read' }]
  }

  #readName(effect: Effect): void {
    const { mode, resource, where, maybe } = effect
    if (mode === 'write' || maybe) return
    const name = resourceName(resource)
    const versions = this.#names.versions(name)
    for (const version of versions) {
      this.#needs.push(version)
      bindVersion(version, resource, where, this.#edges, this.#reads)
    }
    if (versions.length > 0 || name === '*') return
    if (isProvidedName(name) || effect.optional) return
    addRead(this.#reads, { resource, from: null, where })
    const { effects } = this.#step.input!.analysis
    const isOwn = effects.some((own) => own.resource === resource && own.mode === 'write')
    const isDirect = effects.some((own) => own.resource === resource && own.mode !== 'write')
    if (isDirect || !isOwn)
      this.#remarks.push({ name, tell: (diagnostics) => diagnostics.undefinedName(this.#step.index, name, where) })
  }

  #touch({ mode, resource, where, drops, shallow, like }: Effect): void {
    if (mode !== 'write') {
      const write = this.#memory.lastWrite(resource, like)
      const isFromAbove = write !== null && write.cell !== this.#step
      const kind = resourceKind(resource)
      if (isFromAbove) addRead(this.#reads, { resource, from: write.cell.id, where })
      else if (write === null) addRead(this.#reads, { resource, from: null, where })
      if (write === null && kind === 'param' && resource !== 'param:*' && mode === 'read')
        this.#remarks.push({
          tell: (diagnostics) => diagnostics.undefinedParameter(this.#step.index, resource, where),
        })
    }
    this.#memory.note(mode, {
      cell: this.#step,
      where,
      resource,
      sure: mode === 'write',
      drops: drops === true,
      shallow: shallow === true,
      ...(like === undefined ? {} : { like }),
    })
  }

  #write(effect: Effect, { carried }: CellAnalysis): void {
    const { mode, resource, where, maybe, drops } = effect
    this.#writes.add(resource)
    const place = placeOf(effect)
    const brings = broughtBy(carried, place, this.#step)
    if (resourceKind(resource) !== 'name') {
      const kept = mode === 'update' ? this.#behind(place) : []
      const now = drops ? kept : [...kept, ...brings]
      if (now.length === 0 && this.#behind(place).length === 0) return
      this.#view.set(this.#versions.views.of(place), now)
      this.#view.add(this.#versions.viewsMade, place)
      if (place.includes('${')) this.#view.add(this.#versions.symbolicViews, place)
      return
    }
    const name = resourceName(resource)
    const behind = maybe ? this.#names.versions(name) : []
    const version: Version = { name, cell: this.#step, where, behind, brings, needs: 0 }
    if (name === '*') {
      if (mode === 'write') this.#names.clear()
      else this.#names.setAny({ ...version, behind: [] }, !maybe)
      return
    }
    // What passes through, or stays in an object that changed, still brings along what it did.
    const before = mode === 'update' ? this.#names.brings(name) : []
    const kept = maybe || brings.length === 0 ? before : before.filter(({ lazy }) => !lazy)
    this.#made.add(name)
    this.#names.set({ ...version, brings: withOlder(brings, kept) })
  }

  #warnOfWrites(reads: readonly Effect[], since: GraphStep, use: Effect): void {
    for (const read of reads.flatMap((each) => this.#placed(each))) {
      if (!/^(table|view|path):/.test(read.resource)) continue
      const write = this.#memory.lastWrite(read.resource, read.like)
      if (write === null || write.cell.index <= since.index || write.cell === this.#step) continue
      const { cell } = write
      const tell = (diagnostics: DiagnosticList): void =>
        diagnostics.lazyRead(this.#step.index, use.resource, read.resource, since.index, cell.index, use.where)
      this.#remarks.push({ others: true, tell })
    }
  }

  /** Every later cell depends on one that may leave. */
  #addControl({ normalized, leaves, broken }: CellAnalysis): void {
    const { leaving } = this.#versions
    const where: Span = { start: 0, end: this.#step.input!.source.length }
    // In a cell of text nothing runs.
    if (normalized !== '') {
      for (const from of this.#view.above(leaving)) {
        const reason = { kind: 'control', resource: 'notebook:exit', order: 'read-after-write' } as const
        this.#edges.add(from.cell, { ...reason, from: from.where, to: where })
      }
    }
    if (leaves && !broken) this.#view.add(leaving, { cell: this.#step, where })
  }
}

/** Notes that a cell reads a version. */
export function bindVersion(
  { cell, where: from }: Version,
  resource: Resource,
  where: Span,
  edges: EdgesInto,
  reads: Map<string, Binding>,
): void {
  edges.add(cell, { kind: 'value', resource, order: 'read-after-write', from, to: where })
  addRead(reads, { resource, from: cell.id, where })
}

function addRead(reads: Map<string, Binding>, binding: Binding): void {
  const key = `${binding.resource} ${binding.from ?? ''}`
  if (!reads.has(key)) reads.set(key, binding)
}

import {
  isOneTable,
  NotebookAnalysis,
  resourceKind,
  resourceName,
  samePlainData,
  type AnalysisContext,
  type AnalyzedCell,
  type CellAnalysis,
  type Effect,
  type Resource,
} from '../analysis/index.ts'
import { diagnose, ranOutOfOrder, type DiagnosedCell } from '../diagnostics/index.ts'
import {
  NotebookGraph,
  type CellId,
  type Diagnostic,
  type Graph,
  type GraphCell,
  type GraphInput,
} from '../graph/index.ts'
import { storedRuns, type Notebook } from '../notebook/index.ts'
import { hiddenWorkflows, remarksOn } from '../orchestration/index.ts'
import type { OpenCell } from './document.ts'
import { ambientOf, unspoken, type Ambient, type AmbientRead } from './ambient.ts'
import { feeds, runnableKind, type InputEdge } from './flow.ts'
import { unrecorded } from './unrecorded.ts'

/** All that is known of a cell without running it, and what its runs taught in this session. */
export interface KnownCell extends OpenCell {
  readonly index: number
  readonly key: string
  readonly analysis: CellAnalysis
  readonly graph: GraphCell
  /** Edges that end here, and what it finds in the process. */
  readonly inputs: readonly InputEdge[]
  readonly ambient: readonly AmbientRead[]
  /** When it runs, and why if that is not the author's word. */
  readonly mode: 'auto' | 'manual' | 'off' | 'not-in-job'
  readonly modeReason: string | null
}

/** A notebook understood: its cells in document order, its graph, and both by id. */
export interface Understanding {
  readonly cells: readonly KnownCell[]
  readonly graph: Graph
  /** All remarks: on the text, and on what runs taught that it does not say. */
  readonly diagnostics: readonly Diagnostic[]
  readonly byId: ReadonlyMap<CellId, KnownCell>
  /** The cells that something flows to from each cell. */
  readonly dependents: ReadonlyMap<CellId, readonly CellId[]>
}

const NO_LESSONS: { readonly effects: readonly Effect[]; readonly leaves: boolean } = { effects: [], leaves: false }

/**
 * What runs taught and analysis did not see: effects, which hold for the text that ran, and which names were seen to share objects
 * after which cell, so that below it a change of one in place may be a change of the other. The latter outlives the cell's text: it
 * only adds order.
 */
export class Learned {
  readonly #effects = new Map<string, Effect[]>()
  /** Cells, by the text that ran, that were seen to leave the notebook. */
  readonly #leaving = new Set<string>()
  /** Name → name → the cells whose runs saw the two share objects. */
  readonly #sharing = new Map<string, Map<string, Set<CellId>>>()

  of(id: CellId, analysis: CellAnalysis): { readonly effects: readonly Effect[]; readonly leaves: boolean } {
    if (this.#effects.size === 0 && this.#leaving.size === 0) return NO_LESSONS
    const name = `${id} ${analysis.normalized}`
    const effects = this.#effects.get(name) ?? NO_LESSONS.effects
    return { effects, leaves: this.#leaving.has(name) }
  }

  /** Whether names were seen to share objects. */
  get hasSharing(): boolean {
    return this.#sharing.size > 0
  }

  /** What cells that are there were seen to change in the process, beyond names. */
  ambient(cells: readonly { readonly id: CellId; readonly analysis: CellAnalysis }[]): Set<Resource> {
    if (this.#effects.size === 0) return new Set()
    const effects = cells.flatMap(({ id, analysis }) => this.of(id, analysis).effects)
    return new Set(effects.map(({ resource }) => resource).filter((resource) => resourceKind(resource) === 'session'))
  }

  /** Notes that a cell left the notebook. Returns whether that is news. */
  addLeaving(id: CellId, analysis: CellAnalysis): boolean {
    const name = `${id} ${analysis.normalized}`
    if (analysis.leaves || this.#leaving.has(name)) return false
    this.#leaving.add(name)
    return true
  }

  /** Returns whether any of it is news. */
  add(id: CellId, analysis: CellAnalysis, effects: readonly Effect[]): boolean {
    const name = `${id} ${analysis.normalized}`
    const known = this.#effects.get(name) ?? []
    const fresh = effects.filter(
      (effect) => !known.some((old) => old.mode === effect.mode && old.resource === effect.resource),
    )
    if (fresh.length > 0) this.#effects.set(name, [...known, ...fresh])
    return fresh.length > 0
  }

  /** Notes that two names share objects after a run of a cell. Returns whether that is news. */
  addSharing(cell: CellId, a: string, b: string): boolean {
    if (a === b || this.#seenBy(a, b).has(cell)) return false
    this.#seenBy(a, b).add(cell)
    this.#seenBy(b, a).add(cell)
    return true
  }

  /** All names that share objects with one of `names`, directly or through others, without these. `cells`: whose runs count. */
  sharing(names: Iterable<string>, cells: ReadonlySet<CellId>): Set<string> {
    const given = new Set(names)
    const found = new Set(given)
    for (const name of found) {
      for (const [other, seenBy] of this.#sharing.get(name) ?? []) {
        if ([...seenBy].some((cell) => cells.has(cell))) found.add(other)
      }
    }
    for (const name of given) found.delete(name)
    return found
  }

  #seenBy(name: string, other: string): Set<CellId> {
    const others = this.#sharing.get(name) ?? new Map<string, Set<CellId>>()
    this.#sharing.set(name, others)
    const cells = others.get(other) ?? new Set<CellId>()
    others.set(other, cells)
    return cells
  }
}

/**
 * What a cell reads that may come from outside the notebook: what no cell above writes, or only a cell that writes something unnamed
 * (`table:*`) or a folder around it.
 */
export function outsideReads(cell: KnownCell, byId: ReadonlyMap<CellId, KnownCell>): Resource[] {
  return cell.graph.reads
    .filter(
      ({ resource, from }) =>
        !resource.startsWith('name:') &&
        (resourceKind(resource) !== 'table' || isOneTable(resource)) &&
        (from === null || !byId.get(from)!.graph.writes.includes(resource)),
    )
    .map(({ resource }) => resource)
}

const NOTHING: Ambient = { reads: [], inputs: [] }

/** Every parameter's value: the one that it was given, else its default. */
export function parameterValues({ graph }: Understanding, given: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(graph.parameters.map((each) => [each.name, given.get(each.name) ?? each.default]))
}

/** Analyses a notebook and builds its graph. Pure but for `learned`. */
export function understand(
  notebook: Notebook,
  open: readonly OpenCell[],
  context: AnalysisContext,
  learned: Learned,
): Understanding {
  return new NotebookUnderstanding(context, learned).update(notebook, open)
}

/** A cell's part of the graph's input, and what it was made from. */
interface Taught {
  readonly analyzed: AnalyzedCell
  readonly lessons: ReturnType<Learned['of']>
  readonly input: GraphInput
}

/** The understanding of a notebook that follows its edits. What did not change in it is the same object as before. */
export class NotebookUnderstanding {
  readonly #context: AnalysisContext
  readonly #analysis: NotebookAnalysis
  readonly #graph = new NotebookGraph()
  /** The graph in which names that were seen to share objects change together. */
  readonly #sharingGraph = new NotebookGraph()
  readonly #learned: Learned
  readonly #taught = new WeakMap<AnalyzedCell, Taught>()
  #now: Understanding | null = null

  constructor(context: AnalysisContext, learned: Learned) {
    this.#context = context
    this.#analysis = new NotebookAnalysis(context)
    this.#learned = learned
  }

  /** Understands the notebook as it is now. */
  update(notebook: Notebook, open: readonly OpenCell[]): Understanding {
    const analyzed = this.#analysis.update(open)
    const inputs = analyzed.map((cell, index) => this.#taughtOf(open[index]!.id, cell))
    const { graph, shared } = this.#withSharing(inputs, this.#graph.update(inputs))
    const ambient = this.#ambient(inputs, graph)
    const edges = edgesInto(graph)
    const before = this.#now
    const cells = analyzed.map((each, index): KnownCell => {
      const { key, cell, analysis } = each
      const { id } = open[index]!
      const graphCell = graph.cells[index]!
      const found = ambient !== null && runnableKind(cell.kind) ? ambient[index]! : NOTHING
      const old = before?.cells[index]?.id === id ? before.cells[index] : before?.byId.get(id)
      const inputs = edges(id, found.inputs, old?.inputs)
      if (old !== undefined && isSame(old, { ...each, index, graph: graphCell, inputs, ambient: found.reads }))
        return old
      const mode = modeOf(analysis, graphCell)
      return { id, index, key, cell, analysis, graph: graphCell, inputs, ambient: found.reads, ...mode }
    })
    const dependents = before !== null && hasSameInputs(before.cells, cells) ? before.dependents : dependentsOf(cells)
    const lessons = cells.flatMap((cell) =>
      unrecorded(cell, this.#learned.of(cell.id, cell.analysis).effects, shared.get(cell.id)),
    )
    const told = { cells: cells.map(diagnosed), graph }
    const hidden = remarksOn(told.cells, hiddenWorkflows(notebook.cells, this.#context))
    const diagnostics = diagnose(told, [...lessons, ...hidden, ...ranOutOfOrder(told, storedRuns(notebook))])
    this.#now = { cells, graph, diagnostics, byId: new Map(cells.map((cell) => [cell.id, cell])), dependents }
    return this.#now
  }

  /** What the graph is to know of a cell, with what its runs taught. */
  #taughtOf(id: CellId, analyzed: AnalyzedCell): GraphInput {
    const known = this.#taught.get(analyzed)
    const lessons = this.#learned.of(id, analyzed.analysis)
    if (known?.lessons.effects === lessons.effects && known.lessons.leaves === lessons.leaves) return known.input
    const { key, cell, analysis } = analyzed
    const input: GraphInput = { id, key, source: cell.source, analysis: asRun(analysis, lessons) }
    this.#taught.set(analyzed, { analyzed, lessons, input })
    return input
  }

  /** What cells find in the process; null: nobody changes anything there. */
  #ambient(inputs: readonly GraphInput[], graph: Graph): readonly Ambient[] | null {
    const resources = this.#learned.ambient(inputs)
    for (const { writes } of graph.cells)
      for (const resource of writes) if (unspoken.has(resource)) resources.add(resource)
    return resources.size === 0 ? null : ambientOf(graph.cells, resources, ({ writes }) => writes)
  }

  /**
   * The graph in which a change in place of one name is also a change of the names above that were seen to share objects with it.
   * `shared`: those names, by the cell that changes them.
   */
  #withSharing(
    cells: readonly GraphInput[],
    graph: Graph,
  ): { readonly graph: Graph; readonly shared: ReadonlyMap<CellId, readonly Effect[]> } {
    const added = new Map<CellId, readonly Effect[]>()
    if (!this.#learned.hasSharing) return { graph, shared: added }
    const written = new Set<Resource>()
    const above = new Set<CellId>()
    const shared = cells.map((cell, index) => {
      const { effects, writes } = graph.cells[index]!
      above.add(cell.id)
      const changed = effects.filter(({ mode, resource }) => mode === 'update' && resource.startsWith('name:'))
      const names = changed.map(({ resource }) => resourceName(resource))
      const sharing = names.length === 0 ? [] : [...this.#learned.sharing(names, above)]
      const also = sharing
        .map((name): Resource => `name:${name}`)
        .filter((resource) => written.has(resource) && !writes.includes(resource))
      for (const resource of writes) written.add(resource)
      if (also.length === 0) return cell
      const changes = also.map((resource): Effect => ({ mode: 'update', resource, where: { start: 0, end: 0 } }))
      added.set(cell.id, changes)
      return { ...cell, analysis: { ...cell.analysis, effects: [...cell.analysis.effects, ...changes] } }
    })
    return { graph: added.size === 0 ? graph : this.#sharingGraph.update(shared), shared: added }
  }
}

/** A cell as rules and fixes see it. */
export function diagnosed({
  id,
  key,
  cell: { kind, title, source },
  analysis,
}: Omit<KnownCell, 'graph'>): DiagnosedCell {
  return { id, key, kind, title, source, analysis }
}

/** Gives the edges into one cell after the other, in document order: the `known` ones, if they are the same. */
function edgesInto({ edges }: Graph) {
  let next = 0
  return (to: CellId, more: readonly InputEdge[], known: readonly InputEdge[] = []): readonly InputEdge[] => {
    const from = next
    while (edges[next]?.to === to) next++
    const isKnown = (edge: InputEdge, at: number): boolean =>
      at < next - from ? edge === edges[from + at] : samePlainData(edge, more[at - (next - from)])
    if (known.length === next - from + more.length && known.every(isKnown)) return known
    return [...edges.slice(from, next), ...more]
  }
}

function isSame(
  a: KnownCell,
  b: Pick<KnownCell, 'index' | 'key' | 'cell' | 'analysis' | 'graph' | 'inputs' | 'ambient'>,
) {
  return (
    a.index === b.index &&
    a.key === b.key &&
    a.cell === b.cell &&
    a.analysis === b.analysis &&
    a.graph === b.graph &&
    a.inputs === b.inputs &&
    samePlainData(a.ambient, b.ambient)
  )
}

function hasSameInputs(a: readonly KnownCell[], b: readonly KnownCell[]): boolean {
  return a.length === b.length && a.every(({ id, inputs }, index) => id === b[index]!.id && inputs === b[index]!.inputs)
}

/** The cells that something flows to from each cell. */
function dependentsOf(cells: readonly KnownCell[]): Map<CellId, CellId[]> {
  const dependents = new Map<CellId, CellId[]>(cells.map(({ id }) => [id, []]))
  for (const { id, inputs } of cells) {
    for (const from of new Set(inputs.filter(feeds).map((edge) => edge.from))) dependents.get(from)!.push(id)
  }
  return dependents
}

/** The analysis as this session sees it: a cell that is off does nothing; a cell that ran may do more than its text says. */
function asRun(analysis: CellAnalysis, learned: ReturnType<Learned['of']>): CellAnalysis {
  if (analysis.pragma.run === 'off') return { ...analysis, effects: [], carried: [], parameters: [], leaves: false }
  const { effects, leaves } = learned
  if (effects.length === 0 && !leaves) return analysis
  return { ...analysis, effects: [...analysis.effects, ...effects], leaves: analysis.leaves || leaves }
}

/** A cell that changes tables or files runs when asked, unless its author says otherwise. */
function modeOf(analysis: CellAnalysis, graph: GraphCell): Pick<KnownCell, 'mode' | 'modeReason'> {
  if (analysis.pragma.run !== undefined) return { mode: analysis.pragma.run, modeReason: null }
  const changed = (kind: string) =>
    graph.effects.some((effect) => effect.mode !== 'read' && effect.resource.startsWith(`${kind}:`))
  if (changed('table')) return { mode: 'manual', modeReason: 'It changes tables, so it runs when you ask.' }
  if (changed('path')) return { mode: 'manual', modeReason: 'It changes files, so it runs when you ask.' }
  return { mode: 'auto', modeReason: null }
}

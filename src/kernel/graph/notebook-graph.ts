import { samePlainData, type Parameter, type Span } from '../analysis/index.ts'
import { Timeline } from '../timeline/index.ts'
import { bindCell, bindVersion, Versions } from './bind-cell.ts'
import type { GraphInput } from './build-graph.ts'
import { Definers } from './definers.ts'
import { DiagnosticList } from './diagnostics.ts'
import { EdgesInto } from './edges.ts'
import type { Binding, Diagnostic, Edge, Graph, GraphCell } from './graph.ts'
import { GraphStep } from './graph-step.ts'
import type { Version } from './names.ts'
import { Needs } from './needs.ts'
import { Speakers } from './speakers.ts'

/**
 * The graph of a notebook that follows its edits: after each, only those cells are bound again that changed, or whose reads now
 * lead elsewhere. Its value is that of a graph built anew; what did not change in it is the same object as before.
 */
export class NotebookGraph {
  readonly #timeline = new Timeline((id) => new GraphStep(id))
  readonly #versions = new Versions()
  readonly #needs = new Needs()
  readonly #definers = new Definers()
  readonly #speakers = new Speakers()
  #cells: readonly GraphInput[] = []
  #graph: Graph = { cells: [], edges: [], parameters: [], diagnostics: [] }

  /** The graph of these cells, in document order; their ids are different. */
  update(cells: readonly GraphInput[]): Graph {
    const timeline = this.#timeline
    const isMoved = !timeline.isArranged(cells)
    if (isMoved) for (const step of timeline.arrange(cells.map(({ id }) => id))) this.#forget(step)
    this.#cells = cells
    const { steps } = timeline
    let isDeclared = isMoved
    let isRenamed = isMoved
    // Plain loops: this is what an edit of a big notebook costs.
    for (let index = 0; index < steps.length; index++) {
      const input = cells[index]!
      const step = steps[index]!
      const before = step.input
      if (before === input) continue
      step.input = input
      isRenamed ||= before?.key !== input.key
      if (before?.analysis === input.analysis && before.source === input.source) continue
      this.#definers.replace(step, before?.analysis, input.analysis)
      isDeclared ||= before === null || before.analysis.parameters.length + input.analysis.parameters.length > 0
      timeline.touch(step)
    }
    const looked = timeline.settle((step, view) => {
      const bound = bindCell(step, view, this.#versions)
      this.#needs.replace(step.bound?.needs ?? [], bound.needs)
      this.#speakers.remove(step)
      step.bound = bound
      this.#speakers.add(step)
    })
    const speakers = this.#speakers.affected(this.#definers, isRenamed)
    const changed = new Set([...looked, ...this.#needs.takeTurned(), ...speakers])
    this.#graph = this.#with(changed, isMoved, isDeclared)
    return this.#graph
  }

  #forget(step: GraphStep): void {
    this.#needs.replace(step.bound?.needs ?? [], [])
    this.#definers.replace(step, step.input?.analysis, undefined)
    this.#speakers.remove(step)
  }

  #with(changed: ReadonlySet<GraphStep>, isMoved: boolean, isDeclared: boolean): Graph {
    const { steps } = this.#timeline
    const other = { cells: isMoved, edges: isMoved, diagnostics: isMoved }
    for (const step of changed) {
      if (step.index < 0 || steps[step.index] !== step) continue
      const { cell, edges, diagnostics } = this.#finish(step)
      const same = <T>(before: T, now: T, what: keyof typeof other): T => {
        if (before !== null && samePlainData(before, now)) return before
        other[what] = true
        return now
      }
      step.cell = same<GraphCell | null>(step.cell, cell, 'cells')
      step.edges = same(step.edges, edges, 'edges')
      step.diagnostics = same(step.diagnostics, diagnostics, 'diagnostics')
    }
    const before = this.#graph
    return {
      cells: other.cells ? steps.map(({ cell }) => cell!) : before.cells,
      edges: other.edges ? joined(steps.map(({ edges }) => edges)) : before.edges,
      parameters: isDeclared ? parametersOf(steps) : before.parameters,
      diagnostics: other.diagnostics ? joined(steps.map(({ diagnostics }) => diagnostics)) : before.diagnostics,
    }
  }

  /** What the graph says of a cell. */
  #finish(step: GraphStep): { cell: GraphCell; edges: readonly Edge[]; diagnostics: readonly Diagnostic[] } {
    const { id, analysis } = step.input!
    const { reads, writes, effects, names, remarks, edges } = step.bound!
    const allReads = new Map(reads)
    const allEdges = new EdgesInto(step, edges)
    for (const name of names) {
      const version = this.#versions.names.current.of(name).written(step) as Version | null
      if (version !== null && version.needs > 0) bindBehind(version, version, allEdges, allReads)
    }
    const diagnostics = new DiagnosticList(this.#cells, this.#definers)
    diagnostics.addFindings(step.index)
    for (const { tell } of remarks) tell(diagnostics)
    this.#addAfter(step, allEdges, diagnostics)
    const leaves = analysis.leaves && !analysis.broken
    return {
      cell: { id, reads: [...allReads.values()], writes, effects, leaves },
      edges: allEdges.sorted(),
      diagnostics: diagnostics.sorted(),
    }
  }

  #addAfter(step: GraphStep, edges: EdgesInto, diagnostics: DiagnosticList): void {
    const { source, analysis } = step.input!
    for (const key of analysis.pragma.after) {
      const from = this.#cells.findIndex((cell) => cell.key === key)
      const at = Math.max(0, source.indexOf(key))
      const where: Span = { start: at, end: at + key.length }
      if (from === -1 || from >= step.index) diagnostics.badAfter(step.index, key, from, where)
      else {
        edges.add(this.#timeline.steps[from]!, {
          kind: 'after',
          resource: `notebook:${key}`,
          order: 'read-after-write',
          from: { start: 0, end: this.#cells[from]!.source.length },
          to: where,
        })
      }
    }
  }
}

/** The cell that makes `version`, which somebody needs, reads what may pass through it. */
function bindBehind(of: Version, version: Version, edges: EdgesInto, reads: Map<string, Binding>): void {
  for (const older of version.behind) {
    if (older.cell === of.cell) bindBehind(of, older, edges, reads)
    else bindVersion(older, `name:${of.name}`, of.where, edges, reads)
  }
}

function joined<T>(lists: readonly (readonly T[])[]): T[] {
  const all: T[] = []
  for (const list of lists) for (const item of list) all.push(item)
  return all
}

/** Each parameter as it is first declared, in the order of the last declarations. */
function parametersOf(steps: readonly GraphStep[]): Parameter[] {
  const declared = steps.flatMap(({ input }) => input!.analysis.parameters)
  return [...new Map(declared.toReversed().map((parameter) => [parameter.name, parameter])).values()].reverse()
}

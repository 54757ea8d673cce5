import { cellKeys, type Cell } from '../notebook/index.ts'
import { Register, Step, Timeline, type View } from '../timeline/index.ts'
import { analyzeCell } from './analyze-cell.ts'
import type { AnalyzedCell } from './analyze-notebook.ts'
import type { AnalysisContext } from './context.ts'
import type { CellAnalysis } from './effect.ts'
import { definedBy } from './key.ts'
import { KnownAbove } from './known-above.ts'
import { newKnowledge, Place, type Made } from './python/index.ts'
import { samePlainData } from './same-data.ts'
import type { Namespace } from './sql/index.ts'

/** A cell with an identity that it keeps while its text and its place change. */
export interface IdentifiedCell {
  readonly id: string
  readonly cell: Cell
}

class CellStep extends Step {
  cell: Cell | null = null
  analysis: CellAnalysis | null = null
  analyzed: AnalyzedCell | null = null
  made: Made | undefined
  /** What its key is made of, and the key. */
  wants = ''
  key = ''
}

/**
 * The analysis of a notebook that follows its edits: after each, only those cells are analysed again that were edited or find
 * something else above them than before. Its result is the one of a new analysis of the whole.
 */
export class NotebookAnalysis {
  readonly #context: AnalysisContext
  readonly #timeline = new Timeline((id) => new CellStep(id))
  readonly #known = new KnownAbove()
  readonly #namespace = new Register<Namespace | null>(sameNamespace)
  /** The texts of project files that were asked for. */
  readonly #files = new Map<string, Register<{ readonly text: string | undefined | null }>>()
  #cells: readonly AnalyzedCell[] = []

  constructor(context: AnalysisContext) {
    this.#context = context
    this.#timeline.provide(this.#namespace, context.namespace)
  }

  /** The cells of the notebook as they are now, in document order; their ids are different. Needs `loadSql` once before. */
  update(cells: readonly IdentifiedCell[]): readonly AnalyzedCell[] {
    this.#lookAtFiles()
    const isMoved = !this.#timeline.isArranged(cells)
    if (isMoved) this.#timeline.arrange(cells.map(({ id }) => id))
    const { steps } = this.#timeline
    const other = new Set<CellStep>()
    // Plain loops: this is what an edit of a big notebook costs.
    for (let index = 0; index < steps.length; index++) {
      const { cell } = cells[index]!
      const step = steps[index]!
      const before = step.cell
      if (before === cell) continue
      other.add(step)
      step.cell = cell
      if (before?.source !== cell.source || before.kind !== cell.kind) this.#timeline.touch(step)
    }
    for (const step of this.#timeline.settle((each, view) => this.#analyze(each, view))) other.add(step)
    let isRekeyed = false
    for (const step of other) {
      const wants = `${step.cell!.title ?? ''}\n${definedBy(step.analysis!) ?? ''}`
      if (step.wants === wants) continue
      step.wants = wants
      isRekeyed = true
    }
    if (isRekeyed || isMoved) this.#nameAll()
    if (isMoved || isRekeyed) this.#cells = steps.map(analyzedCell)
    else if (other.size > 0) {
      const all = this.#cells.slice()
      for (const step of other) all[step.index] = analyzedCell(step)
      this.#cells = all
    }
    return this.#cells
  }

  #nameAll(): void {
    const { steps } = this.#timeline
    const keys = cellKeys(steps.map(({ cell, analysis }) => ({ title: cell!.title, defines: definedBy(analysis!) })))
    for (const [index, step] of steps.entries()) step.key = keys[index]!
  }

  #analyze(step: CellStep, view: View): void {
    const place = new Place(this.#known.above(view), step.made)
    const namespace = view.get(this.#namespace)!
    const knowledge = newKnowledge(namespace, place)
    const files = (path: string): string | undefined | null => view.above(this.#file(path))!.text
    const analysis = analyzeCell(step.cell!, { ...this.#context, files }, knowledge)
    step.made = place.made
    if (step.analysis === null || !samePlainData(step.analysis, analysis)) step.analysis = analysis
    // Nobody below sees what a cell defines that is off.
    if (analysis.pragma.run === 'off') return
    this.#known.leave(view, knowledge.state)
    if (!sameNamespace(knowledge.namespace, namespace)) view.set(this.#namespace, knowledge.namespace)
  }

  #file(path: string): Register<{ readonly text: string | undefined | null }> {
    let file = this.#files.get(path)
    if (file === undefined) {
      file = new Register((a, b) => a.text === b.text)
      this.#files.set(path, file)
      this.#timeline.provide(file, { text: this.#context.files(path) })
    }
    return file
  }

  #lookAtFiles(): void {
    for (const [path, file] of this.#files) this.#timeline.provide(file, { text: this.#context.files(path) })
  }
}

function analyzedCell(step: CellStep): AnalyzedCell {
  const { key, cell, analysis, analyzed } = step
  if (analyzed?.key === key && analyzed.cell === cell && analyzed.analysis === analysis) return analyzed
  return (step.analyzed = { key, cell: cell!, analysis: analysis! })
}

function sameNamespace(a: Namespace | null, b: Namespace | null): boolean {
  return a === b || (a !== null && b !== null && a.catalog === b.catalog && a.schema === b.schema)
}

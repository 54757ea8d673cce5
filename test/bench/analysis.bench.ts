/** Analysis and graph of a whole notebook, beside marimo registering the same cells; one edit of it; and the memory that both take. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { defaultNamespace, loadSql, NotebookAnalysis, type AnalyzedCell } from '../../src/kernel/analysis/index.ts'
import { NotebookGraph, type GraphInput } from '../../src/kernel/graph/index.ts'
import { figure, ratio } from './support/figures.ts'
import { marimoIsThere, registerInMarimo } from './support/marimo.ts'
import { notebooks } from './support/notebooks.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const megabytes = (): number => {
  collect()
  return process.memoryUsage().heapUsed / 1e6
}

/** A notebook that is understood, and can be edited. */
class Understood {
  readonly #cells: { readonly id: string; readonly cell: ReturnType<typeof cellOf> }[]
  readonly #analysis = new NotebookAnalysis({ namespace: defaultNamespace, files: () => null })
  readonly #graph = new NotebookGraph()
  readonly #inputs = new WeakMap<AnalyzedCell, GraphInput>()

  constructor(sources: readonly string[]) {
    this.#cells = sources.map((source, index) => ({ id: `c${index}`, cell: cellOf(source) }))
  }

  /** Gives a cell another text. */
  edit(index: number, source: string): void {
    this.#cells[index] = { ...this.#cells[index]!, cell: cellOf(source) }
  }

  /** Analyses what changed and binds it; ms. */
  update(): number {
    const started = performance.now()
    const inputs = this.#analysis.update(this.#cells).map((each, index) => this.#inputOf(each, index))
    this.#graph.update(inputs)
    return performance.now() - started
  }

  #inputOf(analyzed: AnalyzedCell, index: number): GraphInput {
    let input = this.#inputs.get(analyzed)
    if (input === undefined) {
      const { key, cell, analysis } = analyzed
      input = { id: this.#cells[index]!.id, key, source: cell.source, analysis }
      this.#inputs.set(analyzed, input)
    }
    return input
  }
}

function cellOf(source: string) {
  return { kind: 'python', title: null, source, line: 1, text: { lead: '', body: '', trail: '' } } as const
}

await loadSql()
const peer = marimoIsThere()
if (!peer) console.log('marimo could not be installed: no ratios.')
let run = 0

for (const [name, make] of Object.entries(notebooks)) {
  const sources = Array.from({ length: 1000 }, (_, index) => make(index))
  const before = megabytes()
  let kept: Understood | null = null
  const ours = await figure(`Dagbook: analyse and bind 1,000 cells, ${name}`, 7, async () => {
    // A text that was never read before, as when a notebook is opened.
    run += 1
    kept = new Understood(sources.map((source) => `${source}\n# ${run}`))
    return kept.update()
  })
  console.log(`${'Dagbook: memory'.padEnd(64)} ${(megabytes() - before).toFixed(0).padStart(8)} MB`)
  if (kept === null || !peer) continue
  const theirs = registerInMarimo(sources, 3)
  const least = await figure('marimo: register the same', theirs.ms.length, async () => theirs.ms.pop()!)
  console.log(`${'marimo: memory'.padEnd(64)} ${theirs.mb.toFixed(0).padStart(8)} MB`)
  ratio(`marimo / Dagbook, ${name}`, ours, least)
}

for (const [name, make] of Object.entries(notebooks)) {
  for (const count of [1000, 3000, 10_000]) {
    const before = megabytes()
    const notebook = new Understood(Array.from({ length: count }, (_, index) => make(index)))
    notebook.update()
    const memory = megabytes() - before
    let at = Math.floor(count / 2)
    await figure(`edit one cell of ${count}, ${name}`, 101, async () => {
      at += 3
      notebook.edit(at, `${make(at)}\nnews = ${at}`)
      return notebook.update()
    })
    console.log(`${'  memory'.padEnd(64)} ${memory.toFixed(0).padStart(8)} MB`)
  }
}

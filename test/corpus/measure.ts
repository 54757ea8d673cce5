import {
  analyzeNotebook,
  defaultNamespace,
  placeOf,
  resourceKind,
  type AnalyzedCell,
  type CellAnalysis,
  type Effect,
} from '../../src/kernel/analysis/index.ts'
import { splitStatements } from '../../src/kernel/analysis/sql/script.ts'
import { buildGraph, type Graph } from '../../src/kernel/graph/index.ts'
import { readNotebook, writeNotebook, type Notebook } from '../../src/kernel/notebook/index.ts'
import { Problem } from '../../src/kernel/problem/index.ts'
import { causeOf } from './causes.ts'
import { claimsToBeNotebook, type Candidate } from './notebook-files.ts'
import { pythonFaultOf } from './python-faults.ts'
import { conversionOf } from './orchestrators.ts'

/** A thing that is counted, and where an example of it stands. */
export interface Example {
  /** What `--list` asks for. */
  readonly cause: string
  readonly path: string
  /** The line of the file. */
  readonly line: number
  readonly text: string
}

/** All that is counted of one notebook. Counts by name are plain records, so that they can be summed. */
export interface Measured {
  readonly path: string
  readonly opened: boolean
  readonly sameBytes: boolean
  readonly cells: number
  /** Python cells; those that are read; those that are not, by what they seem to be. */
  readonly python: { readonly all: number; readonly read: number; readonly faults: Readonly<Record<string, number>> }
  /** Statements of SQL cells; those that are understood; those of them whose tables all have names. */
  readonly sql: { readonly all: number; readonly understood: number; readonly named: number }
  /** Places where Python and SQL name a table or view; those known but for parameters; those whose name is not known. */
  readonly accesses: { readonly all: number; readonly symbolic: number; readonly unresolved: number }
  /** Effects on anything of a kind, by kind and cause. */
  readonly unresolved: Readonly<Record<string, number>>
  readonly edges: Readonly<Record<string, number>>
  readonly diagnostics: Readonly<Record<string, number>>
  readonly orchestrators: { readonly all: number; readonly literal: number; readonly converted: number }
  readonly crashes: number
  readonly ms: number
  readonly examples: readonly Example[]
}

type Counts = Record<string, number>

/** Measures one file; null: it is no notebook, and is refused as none. */
export function measure(file: Candidate, files: (path: string) => string | null): Measured | null {
  const examples: Example[] = []
  const note = (cause: string, line: number, text: string): void => {
    examples.push({ cause, path: file.path, line, text: text.trim().replace(/\s+/g, ' ').slice(0, 160) })
  }
  let notebook: Notebook
  try {
    notebook = readNotebook(file.bytes, file.path)
  } catch (error) {
    if (error instanceof Problem && !claimsToBeNotebook(file)) return null
    note(error instanceof Problem ? 'not-opened' : 'crash', 1, String(error instanceof Error ? error.message : error))
    return { ...nothing(file.path), crashes: error instanceof Problem ? 0 : 1, examples }
  }
  const sameBytes = Buffer.compare(Buffer.from(written(notebook)), Buffer.from(file.bytes)) === 0
  if (!sameBytes) note('other-bytes', 1, 'The file is written back with other bytes.')
  const opened = { ...nothing(file.path), opened: true, sameBytes, cells: notebook.cells.length }
  const folder = file.path.split('/').slice(0, -1).join('/')
  const started = performance.now()
  try {
    const context = { namespace: defaultNamespace, files, folder }
    const analyzed = analyzeNotebook(notebook, context)
    const graph = buildGraph(
      analyzed.map(({ key, cell, analysis }) => ({ id: key, key, source: cell.source, analysis })),
    )
    const ms = performance.now() - started
    if (ms / Math.max(1, analyzed.length) > 50) note('slow', 1, `${ms.toFixed(0)} ms for ${analyzed.length} cells`)
    return {
      ...opened,
      ...countsOf(analyzed, graph, note),
      orchestrators: conversionOf(notebook, context, note),
      ms,
      examples,
    }
  } catch (error) {
    note('crash', 1, error instanceof Error ? (error.stack ?? error.message) : String(error))
    return { ...opened, crashes: 1, ms: performance.now() - started, examples }
  }
}

function written(notebook: Notebook): string | Uint8Array {
  return writeNotebook(notebook)
}

function nothing(path: string): Measured {
  return {
    path,
    opened: false,
    sameBytes: false,
    cells: 0,
    python: { all: 0, read: 0, faults: {} },
    sql: { all: 0, understood: 0, named: 0 },
    accesses: { all: 0, symbolic: 0, unresolved: 0 },
    unresolved: {},
    edges: {},
    diagnostics: {},
    orchestrators: { all: 0, literal: 0, converted: 0 },
    crashes: 0,
    ms: 0,
    examples: [],
  }
}

type Note = (cause: string, line: number, text: string) => void

function countsOf(analyzed: readonly AnalyzedCell[], graph: Graph, note: Note) {
  const python = { all: 0, read: 0, faults: {} as Counts }
  const sql = { all: 0, understood: 0, named: 0 }
  const accesses = { all: 0, symbolic: 0, unresolved: 0 }
  const unresolved: Counts = {}
  let crashes = 0
  const above: string[] = []
  for (const { cell, analysis } of analyzed) {
    const { source, kind } = cell
    const lineAt = (offset: number): number => cell.line + source.slice(0, offset).split('\n').length - 1
    if (analysis.findings.some(({ code }) => code === 'unresolved-cell')) {
      crashes++
      note('crash', cell.line, source)
    }
    if (kind === 'python') {
      python.all++
      if (!analysis.broken) python.read++
      else {
        const fault = pythonFaultOf(source)
        add(python.faults, fault)
        const where = analysis.findings.find(({ code }) => code === 'syntax-error')?.where ?? { start: 0, end: 0 }
        note(fault, lineAt(where.start), `${lineOf(source, where.start)} — ${analysis.findings[0]?.message ?? ''}`)
      }
    }
    if (kind === 'sql') {
      const counts = statementsOf(source, analysis)
      sql.all += counts.all
      sql.understood += counts.understood
      sql.named += counts.named
      if (analysis.broken) note('broken-sql', cell.line, source)
    }
    if (kind === 'python' || kind === 'sql') {
      const symbolic = accessesOf(analysis, ({ like }) => like !== undefined)
      const open = analysis.findings.filter(({ code }) => code === 'unresolved-table' || code === 'unresolved-sql')
      // What is known of those is a schema at most.
      const isOpen = ({ where }: Effect): boolean =>
        open.some((finding) => finding.where.start === where.start && finding.where.end === where.end)
      const named = accessesOf(analysis, (effect) => !effect.resource.endsWith(':*') && !isOpen(effect))
      accesses.all += named + symbolic + open.length
      accesses.symbolic += symbolic
      accesses.unresolved += open.length
      above.push(source)
    }
    for (const { code, where } of analysis.findings) {
      if (!code.startsWith('unresolved-')) continue
      // What the cells of an included notebook do is counted there.
      if (kind === 'run' && code !== 'unresolved-notebook') continue
      const cause = causeOf(code, kind, source, where, above)
      add(unresolved, cause)
      note(cause, lineAt(where.start), source.slice(where.start, where.end))
    }
  }
  const lines = new Map(analyzed.map(({ key, cell }) => [key, cell]))
  const diagnostics: Counts = {}
  for (const { code, cell, line, where, message } of graph.diagnostics) {
    add(diagnostics, code)
    const { line: first, source } = lines.get(cell)!
    note(code, first + line - 1, `${source.slice(where.start, where.end).slice(0, 60)} — ${message}`)
  }
  const edges: Counts = {}
  for (const { reasons } of graph.edges) for (const kind of new Set(reasons.map((each) => each.kind))) add(edges, kind)
  return { python, sql, accesses, unresolved, edges, diagnostics, crashes }
}

/** Places in a cell that name tables or views in one way. */
function accessesOf({ statements }: CellAnalysis, isMeant: (effect: Effect) => boolean): number {
  const places = statements.flatMap(({ effects }) =>
    effects
      .filter((effect) => ['table', 'view'].includes(resourceKind(effect.resource)) && isMeant(effect))
      .map((effect) => `${placeOf(effect)} ${effect.where.start} ${effect.where.end}`),
  )
  return new Set(places).size
}

/** A statement is understood if it is known where it names tables, and named if it is known which. */
function statementsOf(source: string, analysis: CellAnalysis) {
  if (analysis.broken) return { all: Math.max(1, splitStatements(source).length), understood: 0, named: 0 }
  const counts = { all: 0, understood: 0, named: 0 }
  for (const { span } of analysis.statements) {
    const inside = analysis.findings.filter(({ where }) => where.start >= span.start && where.end <= span.end)
    const understood = !inside.some(({ code }) => code === 'unresolved-sql')
    counts.all++
    if (understood) counts.understood++
    if (understood && !inside.some(({ code }) => code === 'unresolved-table')) counts.named++
  }
  return counts
}

export function add(counts: Counts, name: string, times = 1): void {
  counts[name] = (counts[name] ?? 0) + times
}

function lineOf(source: string, offset: number): string {
  return source.slice(source.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0]!
}

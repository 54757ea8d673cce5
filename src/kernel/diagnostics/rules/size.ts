import { resourceName, type Statement } from '../../analysis/index.ts'
import type { CellRule, DiagnosedCell, Found } from '../rule.ts'
import { firstStatement } from './leaving.ts'

/** Lines of code from which a cell is very long, and how long its parts should be. */
const tooLong = 100
const wanted = 40
/** So many names that pass a cut are no step any more. */
const mostCrossing = 8

/** A place where a cell can be cut: the offset at which the second part starts, and the names that pass from above it to below. */
export interface CutPoint {
  readonly at: number
  readonly line: number
  readonly crossing: readonly string[]
}

/** A cell so long that it should be several, where there are places to cut it. */
export const size: CellRule = function* (cell): Iterable<Found> {
  if (cell.kind !== 'python' || cell.analysis.broken || cell.source.length < tooLong * 10) return
  const lines = codeLines(cell.source)
  if (lines < tooLong) return
  const cuts = cutPoints(cell)
  if (cuts.length === 0) return
  const places = cuts.map(({ line }) => line)
  const where =
    places.length === 1 ? `line ${places[0]}` : `lines ${places.slice(0, -1).join(', ')} and ${places.at(-1)}`
  yield {
    code: 'cell-too-big',
    where: firstStatement(cell),
    message: `This cell has ${lines} lines of code: all of it runs again when one of them changes. It can be cut before ${where}.`,
  }
}

function codeLines(source: string): number {
  return source.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line)).length
}

/**
 * Where to cut a long cell: between statements, into parts of about forty lines, each time where the fewest names cross. Notes to
 * Dagbook speak of the whole cell, so a cell with one is not cut.
 */
export function cutPoints({ source, analysis }: Pick<DiagnosedCell, 'source' | 'analysis'>): CutPoint[] {
  const { statements, pragma } = analysis
  if (pragma.effects.length > 0 || pragma.after.length > 0 || pragma.run !== undefined || pragma.task !== undefined)
    return []
  const lineAt = lineCounter(source)
  const cuts: CutPoint[] = []
  let from = 1
  const total = source.split('\n').length
  for (;;) {
    if (total - from < wanted * 1.5) return cuts
    const best = bestCut(source, statements, lineAt, from, total)
    if (best === null) return cuts
    cuts.push(best)
    from = best.line
  }
}

function bestCut(
  source: string,
  statements: readonly Statement[],
  lineAt: (at: number) => number,
  from: number,
  total: number,
): CutPoint | null {
  let best: (CutPoint & { readonly cost: number }) | null = null
  for (let index = 1; index < statements.length; index++) {
    const at = startWithComments(source, statements[index - 1]!.span.end, statements[index]!.span.start)
    if (at === null) continue
    const line = lineAt(at)
    if (line < from + wanted / 2 || line > from + wanted * 2 || total - line < wanted / 4) continue
    const crossing = crossingAt(statements, index)
    // Imports and settings at the top belong to all that follows.
    const cost = crossing.length + Math.abs(line - from - wanted) / 10
    if (crossing.length <= mostCrossing && (best === null || cost < best.cost)) best = { at, line, crossing, cost }
  }
  return best === null ? null : { at: best.at, line: best.line, crossing: best.crossing }
}

/** Where the part from the statement at `start` on begins: with the comments right above it. null: both are on one line. */
function startWithComments(source: string, end: number, start: number): number | null {
  const between = source.slice(end, start)
  const newline = between.indexOf('\n')
  if (newline === -1) return null
  const rest = between.slice(newline + 1)
  const lead = rest.length - rest.replace(/^(?:[ \t]*\n)+/, '').length
  return end + newline + 1 + lead
}

/** The names that statements from `index` on read and those before have made. Imports, functions and constants cost nothing. */
function crossingAt(statements: readonly Statement[], index: number): string[] {
  const made = new Set<string>()
  for (const { effects, setup } of statements.slice(0, index)) {
    for (const { mode, resource } of effects) {
      if (mode === 'read' || !isName(resource)) continue
      if (setup) made.delete(resource)
      else made.add(resource)
    }
  }
  const crossing = new Set<string>()
  for (const { effects } of statements.slice(index)) {
    for (const { mode, resource } of effects)
      if (mode !== 'write' && made.has(resource)) crossing.add(resourceName(resource))
    for (const { mode, resource } of effects) if (mode === 'write') made.delete(resource)
  }
  return [...crossing]
}

function isName(resource: string): boolean {
  return resource.startsWith('name:') && resource !== 'name:*'
}

function lineCounter(source: string): (at: number) => number {
  const starts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return (at) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= at) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

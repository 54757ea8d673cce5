import { builtinNames, resourceName } from '../../analysis/index.ts'
import { pythonFacts, type CallFact } from '../python-facts.ts'
import type { DiagnosedCell, DiagnosedNotebook, FoundIn } from '../rule.ts'
import { firstStatement } from './leaving.ts'

/** Cells that define what nobody reads, and do nothing else. */
export function* deadCells({ cells, graph }: DiagnosedNotebook): Iterable<FoundIn> {
  const read = new Set(
    graph.edges.filter(({ reasons }) => reasons.some(({ kind }) => kind !== 'control')).map(({ from }) => from),
  )
  // A notebook that shows and writes nothing is there to be run by others.
  if (
    !cells.some((cell, index) => isWork(cell, graph, index) || cell.analysis.statements.some(({ display }) => display))
  )
    return
  for (const [index, cell] of cells.entries()) {
    if (cell.kind !== 'python' || read.has(cell.id) || !onlyDefines(cell)) continue
    const names = [...new Set(graph.cells[index]!.writes.map(resourceName))]
    if (names.every((name) => name.startsWith('_'))) continue
    yield {
      index,
      code: 'dead-cell',
      where: firstStatement(cell),
      message: `No cell reads ${listed(names)}, which is all that this cell makes. Delete the cell, turn it off, or use what it makes.`,
    }
  }
}

/** Whether a cell computes something, and all that it does is to bind names. */
function onlyDefines({ source, analysis }: DiagnosedCell): boolean {
  const { effects, statements, pragma, leaves, broken } = analysis
  if (/^\s*%/m.test(source)) return false
  if (broken || leaves || pragma.run === 'off' || pragma.effects.length > 0 || statements.length === 0) return false
  // Imports, functions and constants are there to be used one day.
  if (statements.every(({ setup }) => setup)) return false
  const done = effects.filter(({ mode, resource }) => mode !== 'read' && resource !== 'session:random')
  if (done.length === 0 || !done.every(({ mode, resource }) => mode === 'write' && /^name:[^*]/.test(resource)))
    return false
  if (pythonFacts(source).calls.some(doesMore)) return false
  // A statement that binds nothing was written for what it does: it shows something, or speaks to the world.
  return (
    statements.every(
      ({ setup, effects: own }) =>
        setup || own.some(({ mode, resource }) => mode !== 'read' && resource.startsWith('name:')),
    ) && !effects.some(({ resource }) => /^(path|notebook|param):/.test(resource) || resource === 'session:plot')
  )
}

/** Calls that are likely to do something outside, whatever they return. */
const acts =
  /^_?(post|put|patch|send|create|delete|remove|update|start|stop|run|fit|train|write|save|insert|upload|download|register|log|publish|execute|commit|deploy|submit|set|add|append|install|wait|sleep|connect|mount|init|login|close|open|copy|move|push|pull|call|main|eval|exec|input|display|print|show|plot|get_?or_?create|convert|info|describe|collect|count|head)/i

/** A call that may do more than give a value: of a name that tells so, or of a function of the notebook's own. */
function doesMore({ links }: CallFact): boolean {
  const { name } = links.at(-1)!
  return acts.test(name) || (links.length === 1 && /^[a-z_]/.test(name) && !builtinNames.has(name))
}

/** Cells that only show something: said once, at the first of them. */
export function* shownOnly({ cells, graph }: DiagnosedNotebook): Iterable<FoundIn> {
  // A notebook that writes nothing is there to be looked at.
  if (!cells.some((cell, index) => isWork(cell, graph, index))) return
  const shows = cells.flatMap((cell, index) => (isShown(cell) ? [index] : []))
  if (shows.length < manyShown && !shows.some((index) => asksForTask(cells[index]!))) return
  const [first] = shows
  if (first === undefined) return
  const cell = cells[first]!
  const names = shows.map((index) => cells[index]!.key)
  const which = shows.length === 1 ? 'This cell only shows' : `${shows.length} cells only show`
  yield {
    index: first,
    code: 'display-only',
    where: firstStatement(cell),
    cells: shows.map((index) => cells[index]!.id),
    message: `${which} something (${listed(names)}). In the job that makes no task: it rides with the task that makes what is shown. With the note run=not-in-job it stays out.`,
  }
}

/** So many of them are worth a word. */
const manyShown = 10

function isWork(_: DiagnosedCell, graph: DiagnosedNotebook['graph'], index: number): boolean {
  return graph.cells[index]!.effects.some(({ mode, resource }) => mode !== 'read' && /^(table|path):/.test(resource))
}

/** Its author expects a task. */
function asksForTask({ analysis }: DiagnosedCell): boolean {
  return analysis.pragma.task !== undefined
}

function isShown({ kind, analysis }: DiagnosedCell): boolean {
  const { statements, broken, pragma } = analysis
  if (broken || (pragma.run !== undefined && pragma.run !== 'auto')) return false
  if (kind !== 'python' && kind !== 'sql') return false
  return (
    statements.length > 0 &&
    statements.some(({ display }) => display) &&
    statements.every(({ display, setup }) => display || setup)
  )
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

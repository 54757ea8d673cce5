import { resourceKind, resourceName, type Span } from '../analysis/index.ts'
import type { Draft, Material } from './drafts.ts'
import type { PlanCell } from './input.ts'
import type { TaskPiece } from './plan.ts'
import type { NameVersion } from './sharing.ts'

/**
 * The pieces of a task in the order in which they run. `gives`: names that leave the task, by the cell after which
 * they do.
 */
export function cutPieces(
  draft: Draft,
  gives: ReadonlyMap<number, readonly NameVersion[]>,
  cells: readonly PlanCell[],
  material: Material,
): TaskPiece[] {
  const runs = cellsIn(draft, material).flatMap(([cell, units]) => runsOfCell(cell, units, draft))
  return runs.map(({ cell: index, role, units, takes }): TaskPiece => {
    const cell = cells[index]!
    const whole = role === 'own' || units.length === material.ofCell.get(index)!.length
    const text = whole
      ? wholeText(cell.source)
      : cutText(
          cell.source,
          units.map((at) => material.units[at]!.span),
        )
    const parameters = [
      ...new Set(
        units
          .flatMap((at) => material.units[at]!.effects)
          .filter(({ mode, resource }) => mode !== 'write' && resourceKind(resource) === 'param')
          .map(({ resource }) => resourceName(resource)),
      ),
    ].sort()
    const given = role === 'own' ? gives.get(index) : undefined
    const changing = given === undefined ? [] : material.aliases.changedBehind(units.at(-1)!, given)
    return {
      index,
      key: cell.key,
      ...text,
      setup: role === 'setup',
      display: role === 'rider' || (role === 'own' && units.every((at) => material.roles[at] === 'display')),
      kind: cell.kind,
      title: cell.title,
      ...(cell.analysis.pragma.as === undefined ? {} : { as: cell.analysis.pragma.as }),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(given === undefined ? {} : { gives: namesIn(given) }),
      ...(changing.length === 0 ? {} : { changing: namesIn(changing) }),
      ...(takes ? { takes } : {}),
    }
  })
}

function namesIn(versions: readonly NameVersion[]): string[] {
  return versions.map(({ name }) => name).sort()
}

interface Run {
  readonly cell: number
  readonly role: 'own' | 'rider' | 'setup'
  readonly units: readonly number[]
  readonly takes: boolean
}

function cellsIn(draft: Draft, { units }: Material): [number, number[]][] {
  const cells = new Map<number, number[]>()
  for (const at of draft.units) cells.set(units[at]!.cell, [...(cells.get(units[at]!.cell) ?? []), at])
  return [...cells]
}

/** What a cell shows comes after its setup, so that the setup stands when showing fails. */
function runsOfCell(cell: number, units: readonly number[], { cells, own, takesBefore }: Draft): Run[] {
  const taking = takesBefore !== null && units.includes(takesBefore) ? takesBefore : null
  if (cells.includes(cell)) return [{ cell, role: 'own', units, takes: taking !== null }]
  const setup = units.filter((at) => !own.has(at))
  const parts: Omit<Run, 'takes'>[] = [
    { cell, role: 'setup', units: setup.filter((at) => taking === null || at < taking) },
    { cell, role: 'setup', units: setup.filter((at) => taking !== null && at >= taking) },
    { cell, role: 'rider', units: units.filter((at) => own.has(at)) },
  ]
  const runs = parts.filter((part) => part.units.length > 0)
  const first = taking === null ? -1 : runs.findIndex((run) => run.units.some((at) => at >= taking))
  return runs.map((run, index) => ({ ...run, takes: index === first }))
}

function wholeText(source: string): { source: string; lines: number[] } {
  return { source, lines: source.split('\n').map((_, line) => line + 1) }
}

/** The statements at `spans`, each with the comment lines right above it and the comment behind it. */
export function cutText(source: string, spans: readonly Span[]): { source: string; lines: number[] } {
  const parts: string[] = []
  const lines: number[] = []
  for (const span of spans) {
    const start = withCommentsAbove(source, span.start)
    const lineEnd = source.indexOf('\n', span.end)
    const rest = source.slice(span.end, lineEnd < 0 ? source.length : lineEnd)
    const part = source.slice(start, /^\s*(#.*)?$/.test(rest) ? span.end + rest.trimEnd().length : span.end)
    const first = lineAt(source, start)
    parts.push(part)
    part.split('\n').forEach((_, line) => lines.push(first + line))
  }
  return { source: parts.join('\n'), lines }
}

function withCommentsAbove(source: string, start: number): number {
  let from = start
  while (from > 0 && source[from - 1] === '\n') {
    const above = source.lastIndexOf('\n', from - 2) + 1
    if (!/^#/.test(source.slice(above, from))) break
    from = above
  }
  return from
}

/** The line, from 1, on which the offset stands. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}

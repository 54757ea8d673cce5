import type { Draft, Material } from './drafts.ts'
import type { Arrangement } from './arrange.ts'
import type { Groups } from './groups.ts'
import { isValue } from './roles.ts'

/** Cells that only show something, each with a cell of the task that it rides with. */
export type Riders = ReadonlyMap<number, number>

/**
 * Finds a place for cells that make no task by themselves: what only shows something rides with the task that makes
 * what it shows; what would otherwise run nowhere (a frame that nobody uses) gets a task after all.
 */
export function seatRiders(
  groups: Groups,
  material: Material,
  arrange: (groups: Groups, riders: Riders) => Arrangement,
): { groups: Groups; arrangement: Arrangement } {
  let seated: Seats = { groups, riders: new Map(), arrangement: arrange(groups, new Map()) }
  const showing = cellsThatOnlyShow(seated.groups, material)
  const all = showing.reduce((seats, cell) => seat(cell, seats, material), seated)
  const together = tryOut(all, arrange)
  if (together !== null) seated = together
  else {
    // Some seat would make tasks wait for each other: find which, one by one, and give it a task of its own.
    for (const cell of showing) {
      const next = tryOut(seat(cell, seated, material), arrange)
      seated = next ?? settle({ ...seated, groups: withCell(seated.groups, cell) }, arrange)
    }
  }
  const repeated = [...material.ofCell].filter(([, units]) => units.some((at) => material.roles[at] === 'repeat'))
  for (const [cell, units] of repeated.reverse()) {
    if (seated.groups.has(cell)) continue
    const running = new Set(seated.arrangement.drafts.flatMap((draft) => draft.units))
    const lost = units.some((at) => material.roles[at] === 'repeat' && !running.has(at))
    if (lost) seated = settle({ ...seated, groups: withCell(seated.groups, cell) }, arrange)
  }
  if (seated.groups.all().length > 0) return seated
  // Nothing but setup: then running it is all the work there is.
  const left = [...material.ofCell].filter(([, units]) => units.some((at) => material.roles[at] !== 'absent'))
  for (const [cell] of left) seated.groups.fuse(left[0]![0], cell, 'no cell does work of its own')
  return settle(seated, arrange)
}

interface Seats {
  readonly groups: Groups
  readonly riders: Riders
  readonly arrangement: Arrangement
}

function settle(seats: Seats, arrange: (groups: Groups, riders: Riders) => Arrangement): Seats {
  return { ...seats, arrangement: arrange(seats.groups, seats.riders) }
}

/** The seats, if nobody has to move together for them; else null. */
function tryOut(seats: Seats, arrange: (groups: Groups, riders: Riders) => Arrangement): Seats | null {
  const groups = seats.groups.clone()
  const arrangement = arrange(groups, seats.riders)
  return groups.all().length === seats.groups.all().length ? { ...seats, groups, arrangement } : null
}

function withCell(groups: Groups, cell: number): Groups {
  const next = groups.clone()
  next.add(cell)
  return next
}

function cellsThatOnlyShow(groups: Groups, { ofCell, roles }: Material): number[] {
  return [...ofCell.keys()].filter(
    (cell) => !groups.has(cell) && ofCell.get(cell)!.some((at) => roles[at] === 'display'),
  )
}

function seat(cell: number, seats: Seats, material: Material): Seats {
  const { makers, frames } = sourcesOf(cell, material)
  const host =
    makers.at(-1) === undefined ? hostOfFrames(frames, seats.arrangement.drafts) : material.units[makers.at(-1)!]!.cell
  if (host !== null) return { ...seats, riders: new Map(seats.riders).set(cell, host) }
  const frame = frames.at(-1)
  if (frame === undefined) return { ...seats, groups: withCell(seats.groups, cell) }
  const owner = material.units[frame]!.cell
  const groups = withCell(seats.groups, owner)
  return { ...seats, groups, riders: owner === cell ? seats.riders : new Map(seats.riders).set(cell, owner) }
}

/** Units of work whose values, views or tables the cell shows, and the frames in between that are repeated. */
function sourcesOf(cell: number, { units, roles, ofCell, edges }: Material): { makers: number[]; frames: number[] } {
  const makers = new Set<number>()
  const frames = new Set<number>()
  const visit = (at: number): void => {
    for (const { resource, from } of units[at]!.reads) {
      if (from === null || !isValue(resource)) continue
      if (roles[from] === 'work') makers.add(from)
      if (roles[from] === 'repeat' && !frames.has(from)) {
        frames.add(from)
        visit(from)
      }
    }
  }
  const shows = ofCell.get(cell)!.filter((at) => roles[at] === 'display')
  for (const at of shows) visit(at)
  for (const { from, to, reasons } of edges) {
    const data = reasons.some(({ kind, order }) => ['table', 'path'].includes(kind) && order === 'read-after-write')
    if (data && shows.includes(to) && roles[from] === 'work') makers.add(from)
  }
  const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b)
  return { makers: sorted(makers), frames: sorted(frames) }
}

function hostOfFrames(frames: readonly number[], drafts: readonly Draft[]): number | null {
  if (frames.length === 0) return null
  return drafts.find(({ units }) => frames.every((frame) => units.includes(frame)))?.cells[0] ?? null
}

import type { Point } from './layout.ts'
import type { Box } from './view.ts'

/** A row of boxes: nothing stands between it and the next. */
interface Row {
  readonly top: number
  readonly bottom: number
  readonly boxes: readonly Box[]
}

/** How far a line keeps from a row it leaves or enters, and from the boxes that it passes. */
const gap = 9
const side = 8

/** The rows of a layout from top to bottom: boxes whose heights overlap stand in one. */
export function rowsOf(boxes: readonly Box[]): readonly Row[] {
  const rows: { top: number; bottom: number; boxes: Box[] }[] = []
  for (const box of boxes.toSorted((a, b) => a.y - b.y)) {
    const row = rows.at(-1)
    if (row === undefined || box.y >= row.bottom) rows.push({ top: box.y, bottom: box.y + box.height, boxes: [box] })
    else {
      row.boxes.push(box)
      row.bottom = Math.max(row.bottom, box.y + box.height)
    }
  }
  return rows
}

/**
 * A line from the foot of one box to the head of another further down, around every box between them: along the gaps between the
 * rows, and straight down where no box is in the way. Null if the second does not stand in a row below the first.
 */
export function detour(rows: readonly Row[], from: Box, to: Box): readonly Point[] | null {
  const start = { x: from.x + from.width / 2, y: from.y + from.height }
  const end = { x: to.x + to.width / 2, y: to.y }
  const first = rows.findIndex((row) => row.boxes.includes(from))
  const last = rows.findIndex((row) => row.boxes.includes(to))
  if (first < 0 || last <= first) return null
  const [out, into] = [rows[first]!.bottom + gap, rows[last]!.top - gap]
  const lane = freeLane(rows.slice(first + 1, last), start.x, end.x)
  const turns = [
    { x: start.x, y: out },
    { x: lane, y: out },
    { x: lane, y: into },
    { x: end.x, y: into },
  ]
  return withoutRepeats([start, ...turns, end])
}

/** The x with the shortest way from `a` over it to `b` at which no box of the rows stands. */
function freeLane(rows: readonly Row[], a: number, b: number): number {
  const taken = rows
    .flatMap(({ boxes }) => boxes.map(({ x, width }): [number, number] => [x - side, x + width + side]))
    .toSorted(([one], [other]) => one - other)
  const free = (x: number) => taken.every(([left, right]) => x <= left || x >= right)
  const length = (x: number) => Math.abs(x - a) + Math.abs(x - b)
  return [a, b, ...taken.flat()].filter(free).toSorted((one, other) => length(one) - length(other))[0]!
}

function withoutRepeats(points: readonly Point[]): readonly Point[] {
  return points.filter(({ x, y }, at) => x !== points[at - 1]?.x || y !== points[at - 1]?.y)
}

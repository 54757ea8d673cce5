/** A box in the plane of the graph, or on the screen. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How the plane is looked at: `screen = plane * zoom + (x, y)`. */
export interface View {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** What the panel offers, and how much of it is covered at its edges. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly bottom: number
}

/** The smallest zoom at which one reads: 12 px, the smallest letters of a box, are 10 px on the screen. */
export const readable = 10 / 12
const margin = 16

/**
 * Where one looks first: all of the graph if it can be read so, else as much as fits around `focus`, and nothing beyond the graph's
 * edges.
 */
export function firstView(graph: Box, focus: Box, frame: Frame): View {
  const [wide, high] = [frame.width - 2 * margin, frame.height - margin - frame.bottom]
  const zoom = Math.min(Math.max(Math.min(wide / graph.width, high / graph.height), readable), 1)
  return {
    x: offset(graph.x, graph.width, focus.x + focus.width / 2, zoom, margin, wide),
    y: offset(graph.y, graph.height, focus.y + focus.height / 2, zoom, margin, high),
    zoom,
  }
}

function offset(start: number, length: number, focus: number, zoom: number, from: number, room: number): number {
  if (length * zoom <= room) return from + (room - length * zoom) / 2 - start * zoom
  const wanted = from + room / 2 - focus * zoom
  return Math.min(Math.max(wanted, from + room - (start + length) * zoom), from - start * zoom)
}

/**
 * The view moved so that `box` is seen: a little where a little is enough, else with the box in the middle. The same view if it is
 * seen already.
 */
export function viewWith(box: Box, view: View, frame: Frame): View {
  const x = view.x + nudge(box.x * view.zoom + view.x, box.width * view.zoom, frame.width - margin)
  const y = view.y + nudge(box.y * view.zoom + view.y, box.height * view.zoom, frame.height - frame.bottom)
  return x === view.x && y === view.y ? view : { x, y, zoom: view.zoom }
}

function nudge(start: number, length: number, end: number): number {
  const middle = Math.max((margin + end - length) / 2, margin) - start
  const least = start < margin ? margin - start : start + length > end ? Math.max(end - length, margin) - start : 0
  return Math.abs(least) > (end - margin) / 3 ? middle : least
}

import ELK from 'elkjs/lib/elk.bundled.js'
import { describe, expect, test } from 'vitest'
import { layoutGraph, type Layout, type LayoutEdge, type LayoutNode } from './layout.ts'

const elk = new ELK()
const box = (id: string): LayoutNode => ({ id, width: 196, height: 46 })
const link = (from: string, to: string): LayoutEdge => ({ id: `${from}→${to}`, from, to })

/** Small numbers that look random and are the same each time. */
function dice(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) | 0
    return ((state >>> 8) & 0xffff) / 0x10000
  }
}

/** A pipeline: most cells read from one or two of the cells shortly above. */
function pipeline(size: number, seed: number) {
  const roll = dice(seed)
  const nodes = Array.from({ length: size }, (_, at) => box(`n${at}`))
  const edges = new Map<string, LayoutEdge>()
  for (let at = 1; at < size; at++) {
    for (let more = roll() < 0.5 ? 1 : 2; more > 0; more--) {
      const from = Math.max(0, at - 1 - Math.floor(roll() * (roll() < 0.2 ? at : 5)))
      edges.set(`${from}-${at}`, link(`n${from}`, `n${at}`))
    }
  }
  return { nodes, edges: [...edges.values()] }
}

/** Mean distance that nodes moved, and pairs of one row that changed sides. */
function changes(before: Layout, after: Layout) {
  const ids = Object.keys(before.nodes).filter((id) => id in after.nodes)
  const moved = ids.map((id) =>
    Math.hypot(after.nodes[id]!.x - before.nodes[id]!.x, after.nodes[id]!.y - before.nodes[id]!.y),
  )
  let swapped = 0
  for (const [at, a] of ids.entries()) {
    for (const b of ids.slice(at + 1)) {
      const oneRow = (layout: Layout) => Math.abs(layout.nodes[a]!.y - layout.nodes[b]!.y) < 1
      const side = (layout: Layout) => Math.sign(layout.nodes[a]!.x - layout.nodes[b]!.x)
      if (oneRow(before) && oneRow(after) && side(before) !== side(after)) swapped++
    }
  }
  return { mean: moved.reduce((sum, one) => sum + one, 0) / ids.length, swapped }
}

function overlaps({ nodes }: Layout): string[] {
  const all = Object.entries(nodes)
  return all.flatMap(([a, p], at) =>
    all.slice(at + 1).flatMap(([b, q]) => (Math.abs(p.x - q.x) < 196 && Math.abs(p.y - q.y) < 46 ? [`${a} ${b}`] : [])),
  )
}

describe('the layout of a graph', () => {
  test('a cell that reads from another stands below it', async () => {
    const { nodes } = await layoutGraph(elk, ['a', 'b', 'c'].map(box), [link('a', 'b'), link('b', 'c')], null)
    expect(nodes.a!.y).toBeLessThan(nodes.b!.y)
    expect(nodes.b!.y).toBeLessThan(nodes.c!.y)
  })

  test('boxes do not overlap, and edges start and end at their boxes', async () => {
    const { nodes, edges } = pipeline(40, 3)
    const layout = await layoutGraph(elk, nodes, edges, null)
    expect(overlaps(layout)).toEqual([])
    for (const edge of edges) {
      const route = layout.routes[edge.id]!
      expect(route[0]!.y).toBeCloseTo(layout.nodes[edge.from]!.y + 46)
      expect(route.at(-1)!.y).toBeCloseTo(layout.nodes[edge.to]!.y)
    }
  })

  test('the same notebook gives the same picture', async () => {
    const { nodes, edges } = pipeline(60, 1)
    expect(await layoutGraph(elk, nodes, edges, null)).toEqual(await layoutGraph(new ELK(), nodes, edges, null))
  })

  test('all edges of a box leave at one point and enter at one point', async () => {
    const { nodes, edges } = pipeline(40, 5)
    const { routes } = await layoutGraph(elk, nodes, edges, null)
    for (const { id } of nodes) {
      const starts = edges.filter(({ from }) => from === id).map((edge) => routes[edge.id]![0]!)
      const ends = edges.filter(({ to }) => to === id).map((edge) => routes[edge.id]!.at(-1)!)
      expect(new Set(starts.map(({ x }) => x)).size).toBeLessThanOrEqual(1)
      expect(new Set(ends.map(({ x }) => x)).size).toBeLessThanOrEqual(1)
    }
  })

  test('a box with many readers does not make the picture wide', async () => {
    const readers = Array.from({ length: 12 }, (_, at) => `r${at}`)
    const layout = await layoutGraph(
      elk,
      ['a', ...readers].map(box),
      readers.map((to) => link('a', to)),
      null,
    )
    const xs = Object.values(layout.nodes).map(({ x }) => x)
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(4 * 196)
  })

  test('adding a cell to a graph of 60 moves the others by at most 50 px on average and swaps none', async () => {
    const means: number[] = []
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { nodes, edges } = pipeline(60, seed)
      const before = await layoutGraph(elk, nodes, edges, null)
      const roll = dice(seed + 100)
      const at = 10 + Math.floor(roll() * 40)
      const more = nodes.toSpliced(at, 0, box('new'))
      const after = await layoutGraph(
        elk,
        more,
        [...edges, link(`n${at - 3}`, 'new'), link('new', `n${at + 4}`)],
        before,
      )
      const { mean, swapped } = changes(before, after)
      expect(swapped).toBe(0)
      expect(overlaps(after)).toEqual([])
      means.push(mean)
    }
    expect(means.reduce((sum, mean) => sum + mean, 0) / means.length).toBeLessThanOrEqual(50)
  })
})

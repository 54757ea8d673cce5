import { describe, expect, test } from 'vitest'
import { firstView, readable, viewWith, type Box } from './view.ts'

const frame = { width: 400, height: 500, bottom: 52 }
const box = (x: number, y: number): Box => ({ x, y, width: 164, height: 46 })
const onScreen = ({ x, y, width, height }: Box, view: { x: number; y: number; zoom: number }) => ({
  left: x * view.zoom + view.x,
  top: y * view.zoom + view.y,
  right: (x + width) * view.zoom + view.x,
  bottom: (y + height) * view.zoom + view.y,
})

describe('the first look at a graph', () => {
  test('a small graph stands in the middle at its own size', () => {
    const view = firstView(box(0, 0), box(0, 0), frame)
    expect(view.zoom).toBe(1)
    expect(onScreen(box(0, 0), view)).toMatchObject({ left: 118, right: 282 })
  })

  test('a large graph is never smaller than one can read, and the selected cell is in view', () => {
    const graph = { x: 0, y: 0, width: 4000, height: 40_000 }
    const view = firstView(graph, box(2000, 20_000), frame)
    expect(view.zoom).toBe(readable)
    const { left, right, top, bottom } = onScreen(box(2000, 20_000), view)
    expect((left + right) / 2).toBeCloseTo(200)
    expect(top).toBeGreaterThan(16)
    expect(bottom).toBeLessThan(448)
  })

  test('nothing beyond the edge of a large graph is shown', () => {
    const graph = { x: -30, y: -10, width: 4000, height: 40_000 }
    const view = firstView(graph, box(-30, -10), frame)
    expect(onScreen({ ...graph, width: 0, height: 0 }, view)).toMatchObject({ left: 16, top: 16 })
  })
})

describe('following the selected cell', () => {
  const view = { x: 0, y: 0, zoom: 1 }

  test('a cell that is seen moves nothing', () => {
    expect(viewWith(box(100, 100), view, frame)).toBe(view)
  })

  test('a cell under the buttons at the foot, or half beyond an edge, comes in by as much as needed', () => {
    expect(viewWith(box(100, 430), view, frame)).toEqual({ x: 0, y: -28, zoom: 1 })
    expect(viewWith(box(-40, 100), view, frame)).toEqual({ x: 56, y: 0, zoom: 1 })
  })

  test('a cell that is far away comes to the middle', () => {
    expect(viewWith(box(100, 9000), view, frame)).toEqual({ x: 0, y: 232 - 9023, zoom: 1 })
    expect(viewWith(box(-5000, 100), view, frame)).toEqual({ x: 200 + 4918, y: 0, zoom: 1 })
  })
})

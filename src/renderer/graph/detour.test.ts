import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detour, rowsOf } from './detour.ts'
import type { Point } from './layout.ts'
import type { Box } from './view.ts'

const box = (x: number, y: number, height = 46): Box => ({ x, y, width: 100, height })

/** Whether the straight line between two points of an orthogonal way goes through the inside of the box. */
function crosses(a: Point, b: Point, { x, y, width, height }: Box): boolean {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)]
  return left < x + width && right > x && top < y + height && bottom > y
}

describe('the way of a line that others imply', () => {
  test('goes straight where nothing is in the way', () => {
    const [from, to] = [box(0, 0), box(0, 100)]
    const way = detour(rowsOf([from, to]), from, to)!
    expect(new Set(way.map(({ x }) => x))).toEqual(new Set([50]))
  })

  test('goes around a box that stands between its ends', () => {
    const [from, between, to] = [box(0, 0), box(10, 100), box(0, 200)]
    const way = detour(rowsOf([from, between, to]), from, to)!
    expect(way[2]!.x).toBe(2)
  })

  test('goes through no box, in rows of any kind', () => {
    const row = fc.array(fc.record({ x: fc.integer({ min: 0, max: 8 }), high: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 6 }), fc.nat(), fc.nat(), (shape, one, other) => {
        const boxes = shape.map((places, at) =>
          [...new Map(places.map((place) => [place.x, place])).values()].map(({ x, high }) =>
            box(x * 120, at * 120, high ? 82 : 46),
          ),
        )
        const [from, to] = [boxes[0]!, boxes.at(-1)!].map((list, at) => list[(at === 0 ? one : other) % list.length]!)
        const all = boxes.flat()
        const way = detour(rowsOf(all), from!, to!)!
        for (const [at, point] of way.slice(1).entries()) {
          expect(all.filter((each) => crosses(way[at]!, point, each))).toEqual([])
          expect(point.x === way[at]!.x || point.y === way[at]!.y).toBe(true)
        }
      }),
    )
  })

  test('there is none upwards', () => {
    const [above, below] = [box(0, 0), box(0, 100)]
    expect(detour(rowsOf([above, below]), below, above)).toBeNull()
  })
})

import type { LaidOut } from './use-layout.ts'

/** The node that an arrow key leads to: up and down along edges, left and right within the row. Null if there is none. */
export function neighbourOf(
  { layout, model }: Pick<LaidOut, 'layout' | 'model'>,
  id: string,
  key: string,
): string | null {
  const here = layout.nodes[id]
  if (here === undefined) return null
  const x = (other: string) => layout.nodes[other]?.x ?? 0
  const nearest = (ids: readonly string[]) =>
    ids.toSorted((a, b) => Math.abs(x(a) - here.x) - Math.abs(x(b) - here.x))[0] ?? null
  switch (key) {
    case 'ArrowUp':
      return nearest(model.edges.filter((edge) => edge.to === id).map((edge) => edge.from))
    case 'ArrowDown':
      return nearest(model.edges.filter((edge) => edge.from === id).map((edge) => edge.to))
    case 'ArrowLeft':
    case 'ArrowRight': {
      const side = key === 'ArrowLeft' ? -1 : 1
      const row = model.nodes
        .map((node) => node.id)
        .filter((other) => Math.abs((layout.nodes[other]?.y ?? NaN) - here.y) < 40)
      return nearest(row.filter((other) => (x(other) - here.x) * side > 0))
    }
    default:
      return null
  }
}

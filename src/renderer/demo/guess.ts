import type { Chip, EdgeView, ReasonView } from '../../kernel/contract/index.ts'
import type { Cell } from '../state/index.ts'

/** One thing that a demo cell touches, and where it says so. */
interface Touch {
  readonly resource: string
  readonly write: boolean
  readonly span: { start: number; end: number }
}

const patterns: readonly {
  kinds: readonly string[]
  find: RegExp
  resource: (name: string) => string
  write: boolean
}[] = [
  {
    kinds: ['python'],
    find: /^(?:import [\w.]+ as |from [\w.]+ import |import |def )?([a-z_]\w*)(?=\s*(?:=[^=]|\(|$))/gm,
    resource: (name) => `name:${name}`,
    write: true,
  },
  { kinds: ['python'], find: /(?<=\.table\(["'])[\w.]+/g, resource: (name) => `table:${name}`, write: false },
  { kinds: ['python'], find: /(?<=saveAsTable\(["'])[\w.]+/g, resource: (name) => `table:${name}`, write: true },
  { kinds: ['python'], find: /(?<=TempView\(["'])[\w.]+/g, resource: (name) => `view:${name}`, write: true },
  { kinds: ['python'], find: /(?<=read_parquet\(["'])[\w./]+/g, resource: (name) => `path:${name}`, write: false },
  { kinds: ['python'], find: /(?<=widgets\.get\(["'])\w+/g, resource: (name) => `param:${name}`, write: false },
  {
    kinds: ['python'],
    find: /(?<=widgets\.(?:text|dropdown|multiselect|combobox)\(["'])\w+/g,
    resource: (name) => `param:${name}`,
    write: true,
  },
  { kinds: ['sql'], find: /(?<=TABLE )[\w.]+/g, resource: (name) => `table:${name}`, write: true },
  {
    kinds: ['sql'],
    find: /(?<=(?:FROM|JOIN) )[\w.]+/g,
    resource: (name) => `${name.includes('.') ? 'table' : 'view'}:${name}`,
    write: false,
  },
  { kinds: ['sql'], find: /(?<=:)[a-z]\w*/g, resource: (name) => `param:${name}`, write: false },
]

/** What a cell touches, by a few patterns: enough for a demo, no analysis. */
function touches(cell: Pick<Cell, 'kind' | 'source'>, defined: { has(resource: string): boolean }): Touch[] {
  const found: Touch[] = []
  for (const { kinds, find, resource, write } of patterns) {
    if (!kinds.includes(cell.kind)) continue
    for (const match of cell.source.matchAll(find)) {
      const name = match[1] ?? match[0]
      const start = match.index + match[0].lastIndexOf(name)
      if (!notDefined.has(name))
        found.push({ resource: resource(name), write, span: { start, end: start + name.length } })
    }
  }
  if (cell.kind !== 'python') return found
  const own = new Set(found.filter(({ write }) => write).map(({ resource }) => resource))
  for (const match of cell.source.matchAll(/(?<![\w."'])[a-z_]\w*(?![\w"'])/g)) {
    const resource = `name:${match[0]}`
    if (!defined.has(resource) || (own.has(resource) && firstWrite(found, resource) <= match.index)) continue
    found.push({ resource, write: false, span: { start: match.index, end: match.index + match[0].length } })
  }
  return found
}

const notDefined = new Set([
  'display',
  'print',
  'for',
  'if',
  'return',
  'with',
  'raise',
  'import',
  'from',
  'def',
  'else',
])

function firstWrite(found: readonly Touch[], resource: string): number {
  return found.find((touch) => touch.write && touch.resource === resource)?.span.start ?? Infinity
}

type Text = Pick<Cell, 'id' | 'kind' | 'source' | 'title'>

/** Chips and edges for a list of cells. */
export function guessGraph(cells: readonly Text[]): {
  reads: Map<string, Chip[]>
  writes: Map<string, Chip[]>
  edges: EdgeView[]
} {
  const writer = new Map<string, { cell: string; touch: Touch }>()
  const reads = new Map<string, Chip[]>()
  const writes = new Map<string, Chip[]>()
  const edges = new Map<string, EdgeView>()
  for (const cell of cells) {
    const found = touches(cell, writer)
    const read = new Map<string, Chip>()
    const written = new Map<string, Chip>()
    for (const touch of found) {
      const { resource } = touch
      const label = resource.slice(resource.indexOf(':') + 1)
      if (touch.write) {
        written.set(resource, { resource, label, cell: null })
        continue
      }
      const from = writer.get(resource)
      if (!read.has(resource)) read.set(resource, { resource, label, cell: from?.cell ?? null })
      if (from === undefined) continue
      const key = `${from.cell} ${cell.id}`
      const edge = edges.get(key) ?? { from: from.cell, to: cell.id, reasons: [] }
      if (!edge.reasons.some((reason) => reason.resource === resource)) edge.reasons.push(reasonOf(from.touch, touch))
      edges.set(key, edge)
    }
    for (const touch of found) if (touch.write) writer.set(touch.resource, { cell: cell.id, touch })
    reads.set(cell.id, [...read.values()])
    writes.set(cell.id, [...written.values()])
  }
  return { reads, writes, edges: [...edges.values()] }
}

function reasonOf(from: Touch, to: Touch): ReasonView {
  const kind = to.resource.slice(0, to.resource.indexOf(':'))
  return {
    kind: (kind === 'name' ? 'value' : kind) as ReasonView['kind'],
    resource: to.resource,
    order: 'read-after-write',
    from: from.span,
    to: to.span,
  }
}

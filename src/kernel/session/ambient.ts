import type { Resource } from '../analysis/index.ts'
import type { RunOutcome } from '../engine/index.ts'
import type { CellId } from '../graph/index.ts'
import type { InputEdge } from './flow.ts'

/** What a cell finds in the process, and which cell above left it so; null: it is as Python starts. */
export interface AmbientRead {
  readonly resource: Resource
  readonly from: CellId | null
}

/** What ambient state does to one cell. */
export interface Ambient {
  readonly reads: readonly AmbientRead[]
  readonly inputs: readonly InputEdge[]
}

/** What analysis calls the settings that it knows, too. */
const KNOWN: Readonly<Record<string, Resource>> = { environ: 'session:env' }

/** Settings of the process that anything may read without saying so. */
export const unspoken: ReadonlySet<Resource> = new Set<Resource>([
  'session:cwd',
  'session:env',
  'session:options',
  'session:path',
  'session:plot',
])

/**
 * What a run left in the process that belongs to no name: settings of libraries, state of project modules. Any cell may depend on it
 * without saying so, so all cells below are taken to.
 */
export function ambientChanges({ settings = [], modules = [] }: RunOutcome): Resource[] {
  return [
    ...settings.map((name): Resource => KNOWN[name] ?? `session:${name}`),
    ...modules.map((name): Resource => `session:module:${name}`),
  ]
}

/**
 * The ambient state that each cell finds, in document order. `changes` tells which of `resources` a cell changes. These inputs are no
 * edges of the graph: nobody wrote them down, and the job repeats settings in every task.
 */
export function ambientOf<T extends { readonly id: CellId }>(
  cells: readonly T[],
  resources: ReadonlySet<Resource>,
  changes: (cell: T) => readonly Resource[],
): Ambient[] {
  const last = new Map<Resource, CellId>()
  return cells.map((cell): Ambient => {
    const reads = [...resources].map((resource): AmbientRead => ({ resource, from: last.get(resource) ?? null }))
    for (const resource of changes(cell)) if (resources.has(resource)) last.set(resource, cell.id)
    return { reads, inputs: inputsOf(cell.id, reads) }
  })
}

function inputsOf(to: CellId, reads: readonly AmbientRead[]): InputEdge[] {
  const where = { start: 0, end: 0 }
  const sources = new Set(reads.flatMap(({ from }) => from ?? []))
  return [...sources].map((from) => {
    const resources = reads.filter((read) => read.from === from).map(({ resource }) => resource)
    const reasons = resources.map(
      (resource) => ({ kind: 'session', resource, order: 'read-after-write', from: where, to: where }) as const,
    )
    return { from, to, reasons, ambient: true }
  })
}

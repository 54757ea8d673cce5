import type { CellState } from '../contract/index.ts'
import type { CellId } from '../graph/index.ts'
import { isText } from '../notebook/index.ts'
import { carries, feeds, runnable, type InputEdge } from './flow.ts'
import type { RunRecord } from './record.ts'
import type { KnownCell, Understanding } from './understanding.ts'

/** Something that was decided about a cell under one key: it is told as long as the key holds. */
export interface Verdict {
  readonly key: string
  readonly state: 'waiting' | 'cancelled'
  readonly because: readonly CellId[]
}

/** What states are told from. */
export interface Standing {
  key(cell: CellId): string
  record(cell: CellId): RunRecord | undefined
  verdict(cell: CellId): Verdict | undefined
}

/** How a cell stands, and which cells to look at for the reason. */
export interface CellStanding {
  readonly state: CellState
  readonly because: readonly CellId[]
}

/** The states of a notebook's cells, as if nothing were queued or running. A change is followed only as far as it changes states. */
export class States {
  readonly #standing: Standing
  #understanding: Understanding = {
    cells: [],
    graph: { cells: [], edges: [], parameters: [], diagnostics: [] },
    diagnostics: [],
    byId: new Map(),
    dependents: new Map(),
  }
  readonly #states = new Map<CellId, CellStanding>()

  constructor(standing: Standing) {
    this.#standing = standing
  }

  /** Takes over a notebook as it is now. */
  adopt(understanding: Understanding): void {
    this.#understanding = understanding
    this.#states.clear()
    for (const cell of understanding.cells) this.#states.set(cell.id, this.#tell(cell))
  }

  /** Looks again at cells about which something changed, and at what hangs on them. */
  review(cells: Iterable<CellId>): void {
    const { byId, dependents } = this.#understanding
    const open = [...cells]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const cell = byId.get(id)
      if (cell === undefined) continue
      const before = this.#states.get(id)!
      const now = this.#tell(cell)
      if (now.state === before.state && now.because.join() === before.because.join()) continue
      this.#states.set(id, now)
      open.push(...dependents.get(id)!)
    }
  }

  of(cell: CellId): CellStanding {
    return this.#states.get(cell) ?? { state: 'stale', because: [] }
  }

  #tell(cell: KnownCell): CellStanding {
    const { id } = cell
    if (isText(cell.cell.kind)) return { state: 'fresh', because: [] }
    if (cell.mode === 'off' || !runnable(cell)) return { state: 'disabled', because: [] }
    const sources = (test: (state: CellState, edge: InputEdge) => boolean): CellId[] =>
      cell.inputs.filter((edge) => feeds(edge) && test(this.of(edge.from).state, edge)).map((edge) => edge.from)
    const left = sources((state, { from }) => state === 'skipped' || this.#standing.record(from)?.state === 'exited')
    if (left.length > 0) return { state: 'skipped', because: left }
    const record = this.#standing.record(id)
    if (record !== undefined) return { state: record.state === 'failed' ? 'failed' : 'fresh', because: [] }
    const broken = sources((state, edge) => carries(edge) && (state === 'failed' || state === 'blocked'))
    if (broken.length > 0) return { state: 'blocked', because: broken }
    const verdict = this.#standing.verdict(id)
    if (verdict !== undefined && verdict.key === this.#standing.key(id)) return verdict
    // A disabled input that something depends on is one that this machine cannot run: cells turned off have no effects.
    const waiting = sources((state) => state === 'waiting' || state === 'disabled')
    return waiting.length > 0 ? { state: 'waiting', because: waiting } : { state: 'stale', because: [] }
  }
}

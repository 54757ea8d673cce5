import { createHash } from 'node:crypto'
import { resourceKind, resourceName, type Resource } from '../analysis/index.ts'
import type { CellId } from '../graph/index.ts'
import { Fingerprints } from './fingerprints.ts'
import { Records, type RunRecord } from './record.ts'
import type { Stamps } from './stamps.ts'
import { carries, feeds, runnable } from './flow.ts'
import { outsideReads, parameterValues, type KnownCell, type Understanding } from './understanding.ts'

/** What a cell passes on for which no recorded run fits. */
const STALE = '?'
/** What a cell passes on that failed. */
const FAILED = '!'

/**
 * Which recorded run fits each cell's place. A cell's key hashes its normalised code and the versions of all that it reads; a run that
 * was recorded under that key fits, and its id is the version that the cell passes on.
 *
 * Below a cell that is stale everything is stale, whatever its keys would be. So a cell is *linked* to its inputs only while all of
 * them are usable: the runtime has no equality cut-off, and without this each run of a long chain would compute the whole rest anew.
 */
export class Versions {
  readonly #fingerprints = new Fingerprints()
  readonly #records = new Records()
  readonly #keys = new Map<CellId, string>()
  readonly #recipes = new Map<CellId, { readonly recipe: Recipe; readonly text: string }>()
  readonly #linked = new Set<CellId>()
  readonly #stamps: Stamps
  readonly #given: ReadonlyMap<string, string>
  #understanding: Understanding | null = null
  /** Cells whose version may have changed since they were last looked at. */
  readonly #moved = new Set<CellId>()

  /** `given`: the parameters that have a value of their own; it may change. */
  constructor(stamps: Stamps, given: ReadonlyMap<string, string>) {
    this.#stamps = stamps
    this.#given = given
  }

  /** Takes over a notebook as it is now. Cells that say and read the same as before are left alone. */
  async adopt(understanding: Understanding): Promise<void> {
    const before = this.#understanding
    this.#understanding = understanding
    const gone = new Set(this.#recipes.keys())
    const isOther = ({ id }: KnownCell): boolean => before?.byId.get(id) !== understanding.byId.get(id)
    const others = new Set<CellId | null>(understanding.cells.filter(isOther).map(({ id }) => id))
    for (const cell of understanding.cells) {
      gone.delete(cell.id)
      if (!others.has(cell.id) && !cell.graph.reads.some(({ from }) => others.has(from))) continue
      const recipe = recipeOf(cell, understanding)
      const text = JSON.stringify(recipe)
      if (this.#recipes.get(cell.id)?.text === text) continue
      this.#recipes.set(cell.id, { recipe, text })
      this.#define(cell.id)
    }
    for (const cell of gone) {
      this.#fingerprints.delete(cell)
      this.#recipes.delete(cell)
      this.#keys.delete(cell)
      this.#linked.delete(cell)
    }
    await this.#settle()
  }

  /** Computes cells anew, because something outside the notebook that they read changed. */
  async touch(cells: Iterable<CellId>): Promise<void> {
    for (const cell of cells) if (this.#recipes.has(cell)) this.#define(cell)
    await this.#settle()
  }

  /** The key that a run of the cell would be recorded under, or has been. */
  key(cell: CellId): string {
    return this.#keys.get(cell) ?? ''
  }

  /** The run that fits the cell now. */
  record(cell: CellId): RunRecord | undefined {
    return this.#linked.has(cell) ? this.#records.fitting(cell, this.key(cell)) : undefined
  }

  /** Remembers a run; returns the runs that are forgotten for it. */
  async add(cell: CellId, record: RunRecord): Promise<RunRecord[]> {
    const forgotten = this.#records.add(cell, record)
    await this.touch([cell])
    return forgotten
  }

  /** Forgets a run; its cell is stale unless another fits. */
  async forget(cell: CellId, record: RunRecord): Promise<void> {
    this.#records.drop(cell, record)
    await this.touch([cell])
  }

  /** Forgets all runs. */
  async clear(): Promise<void> {
    this.#records.clear()
    await this.touch([...this.#recipes.keys()])
  }

  /** The cells about which anything may have changed since this was last asked. */
  takeMoved(): CellId[] {
    const moved = [...this.#moved]
    this.#moved.clear()
    return moved
  }

  dispose(): void {
    this.#fingerprints.dispose()
  }

  /** Settles, then links what has become computable and cuts what has not, until nothing changes. */
  async #settle(): Promise<void> {
    for (;;) {
      await this.#fingerprints.settled()
      const suspects = new Set<CellId>()
      for (const cell of this.#fingerprints.takeChanged()) {
        suspects.add(cell)
        for (const dependent of this.#understanding?.dependents.get(cell) ?? []) suspects.add(dependent)
      }
      if (suspects.size === 0) return
      for (const cell of suspects) this.#moved.add(cell)
      for (const cell of suspects) {
        const known = this.#recipes.get(cell)
        if (known !== undefined && this.#linked.has(cell) !== this.#computable(known.recipe)) this.#define(cell)
      }
    }
  }

  #computable(recipe: Recipe): boolean {
    return recipe.inputs.every(({ cell, valued }) => {
      const version = this.#fingerprints.of(cell) ?? STALE
      return version !== STALE && !(valued && version.startsWith(FAILED))
    })
  }

  #define(cell: CellId): void {
    const { recipe } = this.#recipes.get(cell)!
    this.#moved.add(cell)
    if (!this.#computable(recipe)) {
      this.#linked.delete(cell)
      // No run fits under this key: that of a linked cell never begins so.
      this.#keys.set(cell, `cut ${createHash('sha256').update(recipe.code).digest('hex')}`)
      this.#fingerprints.define(cell, [], () => STALE)
      return
    }
    this.#linked.add(cell)
    const inputs = recipe.inputs.map((input) => input.cell)
    this.#fingerprints.define(cell, inputs, (versions) => {
      const hash = createHash('sha256').update(recipe.code)
      for (const [resource, from] of recipe.reads) hash.update(`\n${resource} ${versions.get(from)}`)
      for (const resource of recipe.outside) hash.update(`\n${resource} ${this.#outside(resource)}`)
      const key = hash.digest('hex')
      this.#keys.set(cell, key)
      if (!recipe.runs) return key
      const record = this.#records.fitting(cell, key)
      return record === undefined ? STALE : record.state === 'failed' ? `${FAILED}${key}` : record.run
    })
  }

  #outside(resource: Resource): string {
    if (resourceKind(resource) !== 'param' || this.#understanding === null) return this.#stamps.of(resource)
    return parameterValues(this.#understanding, this.#given)[resourceName(resource)] ?? ''
  }
}

/** What a cell's key is made of. */
interface Recipe {
  /** Cells whose versions go in; `valued`: it needs what they make, not only their leave. */
  readonly inputs: readonly { readonly cell: CellId; readonly valued: boolean }[]
  readonly code: string
  readonly reads: readonly (readonly [Resource, CellId])[]
  /** What comes from outside the notebook: parameters, base tables, files, modules. */
  readonly outside: readonly Resource[]
  /** False for Markdown and the like: nothing to run, so nothing to fit. */
  readonly runs: boolean
}

function recipeOf(cell: KnownCell, understanding: Understanding): Recipe {
  const edges = cell.inputs.filter(feeds)
  const sources = [...new Set(edges.map(({ from }) => from))]
  const reads = edges.flatMap(({ from, reasons }) =>
    reasons
      .filter(({ order, kind }) => order === 'read-after-write' || kind === 'control')
      .map(({ resource }) => `${resource}\n${from}`),
  )
  const parameters = [
    ...cell.analysis.parameters.map(({ name }): Resource => `param:${name}`),
    ...cell.graph.reads.map(({ resource }) => resource).filter((resource) => resourceKind(resource) === 'param'),
  ]
  const { normalized, pragma } = cell.analysis
  return {
    inputs: sources.map((from) => ({
      cell: from,
      valued: edges.some((edge) => edge.from === from && carries(edge)),
    })),
    code: [cell.cell.kind, pragma.as ?? '', cell.mode === 'off' ? 'off' : '', normalized].join('\n'),
    reads: [...new Set(reads)].sort().map((line) => line.split('\n') as [Resource, CellId]),
    outside: [...new Set([...outsideReads(cell, understanding.byId), ...parameters])].sort(),
    runs: runnable(cell) && cell.mode !== 'off',
  }
}

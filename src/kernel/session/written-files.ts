import { resolve } from 'node:path'
import { resourceName, type Resource } from '../analysis/index.ts'
import type { RunId } from '../engine/index.ts'
import { pathStamp } from './stamps.ts'

interface Written {
  readonly run: RunId
  readonly stamp: string
}

/** Which version each file holds that cells wrote: files have no versions of their own, the last writer wins. */
export class WrittenFiles {
  readonly #project: string
  /** In the order in which they were written. */
  readonly #last = new Map<Resource, Written>()

  constructor(project: string) {
    this.#project = project
  }

  /** Notes that a run, or the replay of one, wrote (or may have written) to these places. */
  async note(resources: readonly Resource[], version: RunId): Promise<void> {
    for (const resource of resources) {
      const stamp = await this.#stamp(resource)
      this.#last.delete(resource)
      this.#last.set(resource, { run: version, stamp })
    }
  }

  /** Whether a place holds what one of `versions` wrote there, or nobody ever wrote to it. */
  async holds(resource: Resource, versions: ReadonlySet<RunId>): Promise<boolean> {
    const touching = [...this.#last].filter(([written]) => overlaps(written, resource))
    const last = touching.at(-1)
    if (last === undefined) return true
    if (!versions.has(last[1].run)) return false
    for (const [written, { run, stamp }] of touching) {
      if (versions.has(run) && (await this.#stamp(written)) !== stamp) return false
    }
    return true
  }

  async #stamp(resource: Resource): Promise<string> {
    const name = resourceName(resource)
    return name === '*' ? '' : pathStamp(resolve(this.#project, name)).catch(() => 'unreadable')
  }
}

/** Whether two places are the same, or one is inside the other. */
function overlaps(a: Resource, b: Resource): boolean {
  const [one, other] = [resourceName(a), resourceName(b)].map((name) => name.replace(/\/+$/, ''))
  return (
    one === '*' ||
    other === '*' ||
    one === other ||
    `${one}/`.startsWith(`${other}/`) ||
    `${other}/`.startsWith(`${one}/`)
  )
}

import type { Graph } from '../graph/index.ts'
import { draftTask, type Draft, type Material } from './drafts.ts'
import type { Groups } from './groups.ts'
import type { PlanCell } from './input.ts'
import { knots, orderTasks } from './order.ts'
import type { Refusal } from './refusals.ts'

/** Drafts of all tasks, sound by themselves, and what each must follow. */
export interface Arrangement {
  readonly drafts: readonly Draft[]
  /** Indexes of drafts that each draft must follow; `values`: because it takes values over. */
  readonly after: readonly ReadonlyMap<number, { readonly values: boolean }>[]
}

/**
 * Drafts the tasks, and fuses until every task reads what it would read in the notebook and no two tasks wait for each
 * other. That always ends: a notebook that is one task is right.
 */
export function arrange(
  groups: Groups,
  riders: ReadonlyMap<number, number>,
  material: Material,
  graph: Graph,
  cells: readonly PlanCell[],
): Arrangement {
  for (;;) {
    const drafts = groups.all().map((members) => {
      const riding = [...riders].filter(([, host]) => groups.together(host, members[0]!)).map(([rider]) => rider)
      return draftTask(
        members,
        riding.sort((a, b) => a - b),
        material,
      )
    })
    let changed = false
    for (const draft of drafts) {
      for (const { cell, why } of draft.wants) {
        const job = (material.ofCell.get(cell) ?? []).some((at) => material.roles[at] !== 'absent')
        if (job) changed = groups.fuse(draft.cells[0]!, cell, why) || changed
      }
    }
    if (changed) continue
    const after = orderTasks(drafts, material, graph, cells)
    for (const knot of knots(after)) {
      groups.refused.push(
        ...refuseNamed(
          knot.map((each) => drafts[each]!.cells),
          cells,
        ),
      )
      for (const each of knot.slice(1)) {
        groups.fuse(drafts[knot[0]!]!.cells[0]!, drafts[each]!.cells[0]!, 'each needs something of the other')
        changed = true
      }
    }
    if (!changed) return { drafts, after }
  }
}

/** A group that the author named is not convex if it waits for cells outside that wait for it. */
function refuseNamed(knot: readonly (readonly number[])[], cells: readonly PlanCell[]): Refusal[] {
  return knot.flatMap((own) => {
    const named = own.find((cell) => cells[cell]!.analysis.pragma.task !== undefined)
    if (named === undefined) return []
    const others = knot.filter((each) => each !== own).flat()
    const between = [...new Set(others)].map((cell) => `\`${cells[cell]!.key}\``).join(', ')
    const task = cells[named]!.analysis.pragma.task
    const message = `The task \`${task}\` cannot be one task: it needs something of ${between} and gives something to it.`
    return [{ cell: cells[named]!.key, line: 1, message }]
  })
}

import type { Draft } from './drafts.ts'
import type { PlanCell } from './input.ts'
import type { Refusal } from './refusals.ts'

/**
 * The key of every task: the name that a note gives it, else its first cell's. Letters, digits and `_`, at most 100,
 * unique.
 */
export function taskKeys(drafts: readonly Draft[], cells: readonly PlanCell[]): { keys: string[]; refused: Refusal[] } {
  const refused: Refusal[] = []
  const names = drafts.map((draft) => {
    const named = draft.cells.filter((cell) => cells[cell]!.analysis.pragma.task !== undefined)
    const own = [...new Set(named.map((cell) => cells[cell]!.analysis.pragma.task!))]
    if (own.length > 1) {
      const message = `The tasks ${own.map((name) => `\`${name}\``).join(' and ')} cannot be parted: give their cells one name.`
      refused.push({ cell: cells[named[0]!]!.key, line: 1, message })
    }
    return own[0] === undefined ? { name: cells[draft.cells[0]!]!.key, given: false } : { name: own[0], given: true }
  })
  // Names that people gave come first, so that a cell's key never takes one away.
  const keys = new Array<string>(drafts.length)
  const used = new Set<string>()
  for (const given of [true, false]) {
    names.forEach((each, index) => {
      if (each.given !== given) return
      keys[index] = unique(each.name, used)
      used.add(keys[index])
    })
  }
  return { keys, refused }
}

function unique(name: string, used: ReadonlySet<string>): string {
  const base = name.replace(/[^A-Za-z0-9_]+/g, '_').slice(0, 100) || 'task'
  let key = base
  for (let n = 2; used.has(key); n++) key = `${base.slice(0, 100 - String(n).length - 1)}_${n}`
  return key
}

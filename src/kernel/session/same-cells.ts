import type { Cell } from '../notebook/index.ts'

/**
 * Which cells of a notebook that was read anew are cells that were there before: for each new cell the index of the old one, or null.
 * Equal cells are matched in order, as many as possible; of what is left between two matches, cells of one title are the same cell,
 * and so are all if there are as many as before.
 */
export function sameCells(before: readonly Cell[], after: readonly Cell[]): (number | null)[] {
  const found: (number | null)[] = after.map(() => null)
  const text = ({ kind, title, source }: Cell): string => JSON.stringify([kind, title, source])
  const [olds, news] = [before.map(text), after.map(text)]
  const lengths = longestCommon(olds, news)
  let [from, at] = [0, 0]
  const gap = (oldEnd: number, newEnd: number): void => {
    const olds = range(from, oldEnd)
    for (const index of range(at, newEnd)) {
      const titled = olds.find((old) => before[old]!.title !== null && before[old]!.title === after[index]!.title)
      const same = titled ?? (oldEnd - from === newEnd - at ? from + index - at : undefined)
      if (same !== undefined && !found.includes(same)) found[index] = same
    }
  }
  let [i, j] = [0, 0]
  while (i < olds.length && j < news.length) {
    if (olds[i] === news[j]) {
      gap(i, j)
      found[j] = i
      from = ++i
      at = ++j
    } else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++
    else j++
  }
  gap(olds.length, news.length)
  return found
}

/** How many lines of `a` from i and `b` from j can be matched in order. */
function longestCommon(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = a.map(() => new Array<number>(b.length + 1).fill(0))
  lengths.push(new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
    }
  }
  return lengths
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}

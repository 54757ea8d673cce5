/**
 * Which of `before` may stay where they are so that the list becomes `after`: the most that keep their order. Both are lists of
 * different ids.
 */
export function staying(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = new Map(before.map((id, index) => [id, index]))
  const kept = after.filter((id) => places.has(id))
  // The longest increasing sequence of old places. `tails[n]`: where the best sequence of n + 1 ends.
  const tails: number[] = []
  const previous = new Array<number>(kept.length).fill(-1)
  kept.forEach((id, at) => {
    const place = places.get(id)!
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (places.get(kept[tails[middle]!]!)! < place) low = middle + 1
      else high = middle
    }
    if (low > 0) previous[at] = tails[low - 1]!
    tails[low] = at
  })
  const stay = new Set<string>()
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at]!) stay.add(kept[at]!)
  return stay
}

/** The one of `words` that is closest to what was written; null: none is close enough. `least`: so many letters may be wrong in a very short word. */
export function nearest(written: string, words: Iterable<string>, least = 0): string | null {
  const most = written.length < 3 ? least : written.length < 6 ? 1 : 2
  let best: { readonly word: string; readonly distance: number } | null = null
  for (const word of words) {
    if (word === written || Math.abs(word.length - written.length) > most) continue
    const distance = word.toLowerCase() === written.toLowerCase() ? 0.5 : editDistance(written, word)
    if (distance <= Math.max(most, 0.5) && (best === null || distance < best.distance)) best = { word, distance }
  }
  return best?.word ?? null
}

/** How many letters must be put in, taken out, replaced, or swapped with their neighbour. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, rows[i - 2]![j - 2]! + 1)
      row.push(cost)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

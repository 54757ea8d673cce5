/** One line of a comparison, with its number on either side, from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
  readonly before: number | null
  readonly after: number | null
}

/** A stretch of a comparison: lines to show, or the number of equal lines that are left out. */
export type DiffPart =
  { readonly lines: readonly DiffLine[] } | { readonly hidden: number; readonly lines: readonly DiffLine[] }

/** Compares two texts line by line (Myers' greedy algorithm). The shortest list of removed and added lines. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  let [x, y] = [0, 0]
  return diffKinds(a, b).map((kind): DiffLine => {
    if (kind === 'removed') return { kind, text: a[x]!, before: ++x, after: null }
    if (kind === 'added') return { kind, text: b[y]!, before: null, after: ++y }
    return { kind, text: b[y]!, before: ++x, after: ++y }
  })
}

/** What becomes of every line on the way from `a` to `b`, in order. */
export function diffKinds(a: readonly string[], b: readonly string[]): DiffLine['kind'][] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const steps = shortestEdit(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return [...Array<'same'>(start).fill('same'), ...steps, ...Array<'same'>(end).fill('same')]
}

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Beyond this many differences the two are shown one after the other: nobody reads such a comparison line by line. */
const mostDifferences = 2000

function shortestEdit(a: readonly string[], b: readonly string[]): DiffLine['kind'][] {
  const most = Math.min(a.length + b.length, mostDifferences)
  const offset = most + 1
  const reach = new Int32Array(2 * most + 3)
  const trace: Int32Array[] = []
  for (let cost = 0; cost <= most; cost++) {
    trace.push(reach.slice())
    for (let k = -cost; k <= cost; k += 2) {
      const down = k === -cost || (k !== cost && reach[offset + k - 1]! < reach[offset + k + 1]!)
      let x = down ? reach[offset + k + 1]! : reach[offset + k - 1]! + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach[offset + k] = x
      if (x >= a.length && x - k >= b.length) return walkBack(trace, offset, a.length, b.length)
    }
  }
  return [...a.map(() => 'removed' as const), ...b.map(() => 'added' as const)]
}

function walkBack(trace: readonly Int32Array[], offset: number, endX: number, endY: number): DiffLine['kind'][] {
  const steps: DiffLine['kind'][] = []
  let [x, y] = [endX, endY]
  for (let cost = trace.length - 1; cost >= 0; cost--) {
    const reach = trace[cost]!
    const k = x - y
    const down = k === -cost || (k !== cost && reach[offset + k - 1]! < reach[offset + k + 1]!)
    const fromK = down ? k + 1 : k - 1
    const fromX = cost === 0 ? 0 : reach[offset + fromK]!
    const fromY = cost === 0 ? 0 : fromX - fromK
    while (x > fromX + (down || cost === 0 ? 0 : 1) && y > fromY + (down && cost > 0 ? 1 : 0)) {
      steps.push('same')
      x--
      y--
    }
    if (cost > 0) steps.push(down ? 'added' : 'removed')
    ;[x, y] = [fromX, fromY]
  }
  return steps.reverse()
}

/** The comparison with long stretches of equal lines left out, `context` lines of them kept around each difference. */
export function foldSame(lines: readonly DiffLine[], context = 3): DiffPart[] {
  const near = lines.map(() => false)
  for (const [at, line] of lines.entries()) {
    if (line.kind === 'same') continue
    for (let by = -context; by <= context; by++) if (at + by in near) near[at + by] = true
  }
  const parts: DiffPart[] = []
  let start = 0
  for (let at = 1; at <= lines.length; at++) {
    if (at < lines.length && near[at] === near[start]) continue
    const stretch = lines.slice(start, at)
    parts.push(near[start] ? { lines: stretch } : { hidden: stretch.length, lines: stretch })
    start = at
  }
  return parts
}

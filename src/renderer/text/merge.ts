import { diffKinds } from './diff.ts'

/** Two changed copies of a text as one. `clash`: both changed the same spot, so that somebody should look at it. */
export interface Merged {
  readonly text: string
  readonly clash: boolean
}

/**
 * Makes one text of two that both came from `origin`. Nothing that was typed on either side is lost: where both changed the same
 * spot, it has what `theirs` has there and then what `mine` has; text that one side changed is not deleted by the other.
 */
export function mergeTexts(origin: string, mine: string, theirs: string): Merged {
  if (mine === origin || mine === theirs) return { text: theirs, clash: false }
  if (theirs === origin) return { text: mine, clash: false }
  const lines = origin.split('\n')
  const left = hunksOf(lines, mine.split('\n'))
  const right = hunksOf(lines, theirs.split('\n'))
  const merged: string[] = []
  let [at, clash] = [0, false]
  while (left.length > 0 || right.length > 0) {
    const [first, other] = comesFirst(left[0], right[0]) ? [left, right] : [right, left]
    const hunk = first.shift()!
    merged.push(...lines.slice(at, hunk.from))
    if (other[0] === undefined || !overlap(hunk, other[0])) {
      merged.push(...hunk.lines)
      at = hunk.to
      continue
    }
    const group = takeGroup(hunk, first === left, left, right)
    const both = mergeSpot(lines.slice(hunk.from, group.to), group.mine(lines), group.theirs(lines))
    merged.push(...both.lines)
    clash ||= both.clash
    at = group.to
  }
  return { text: [...merged, ...lines.slice(at)].join('\n'), clash }
}

/** The lines `from` to `to` (half open) of the origin became `lines`. */
interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

function hunksOf(before: readonly string[], after: readonly string[]): Hunk[] {
  const hunks: Hunk[] = []
  let [x, y] = [0, 0]
  let open: { from: number; lines: string[] } | null = null
  const close = () => {
    if (open !== null) hunks.push({ from: open.from, to: x, lines: open.lines })
    open = null
  }
  for (const kind of diffKinds(before, after)) {
    if (kind === 'same') {
      close()
      x++
      y++
      continue
    }
    open ??= { from: x, lines: [] }
    if (kind === 'removed') x++
    else open.lines.push(after[y++]!)
  }
  close()
  return hunks
}

function comesFirst(mine: Hunk | undefined, theirs: Hunk | undefined): boolean {
  if (mine === undefined || theirs === undefined) return theirs === undefined
  return mine.from === theirs.from ? mine.to < theirs.to : mine.from < theirs.from
}

function overlap(first: Hunk, second: Hunk): boolean {
  return second.from < first.to || (second.from === first.from && second.to === first.to)
}

/** Everything that hangs together with `hunk`: the stretch of the origin up to `to`, and what each side made of it. */
function takeGroup(hunk: Hunk, isMine: boolean, left: Hunk[], right: Hunk[]) {
  const taken: { mine: Hunk[]; theirs: Hunk[] } = { mine: isMine ? [hunk] : [], theirs: isMine ? [] : [hunk] }
  let to = hunk.to
  const within = (next: Hunk | undefined) =>
    next !== undefined && (next.from < to || (next.from === hunk.from && next.to === to))
  for (;;) {
    if (within(left[0])) taken.mine.push(left.shift()!)
    else if (within(right[0])) taken.theirs.push(right.shift()!)
    else break
    to = Math.max(to, taken.mine.at(-1)?.to ?? 0, taken.theirs.at(-1)?.to ?? 0)
  }
  const made = (hunks: readonly Hunk[]) => (lines: readonly string[]) => {
    let at = hunk.from
    const out: string[] = []
    for (const one of hunks) {
      out.push(...lines.slice(at, one.from), ...one.lines)
      at = one.to
    }
    return [...out, ...lines.slice(at, to)]
  }
  return { to, mine: made(taken.mine), theirs: made(taken.theirs) }
}

function mergeSpot(
  origin: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): { lines: readonly string[]; clash: boolean } {
  if (mine.join('\n') === theirs.join('\n') && mine.length === theirs.length) return { lines: mine, clash: false }
  if (mine.length === 0 || theirs.length === 0) return { lines: mine.length === 0 ? theirs : mine, clash: true }
  if (origin.length === 0) return { lines: [...theirs, ...mine], clash: true }
  const { text, clash } = mergeLetters(origin.join('\n'), mine.join('\n'), theirs.join('\n'))
  return { lines: text.split('\n'), clash }
}

function mergeLetters(origin: string, mine: string, theirs: string): Merged {
  const [a, b] = [changeOf(origin, mine), changeOf(origin, theirs)]
  const [first, second] = a.from < b.from || (a.from === b.from && a.to < b.to) ? [a, b] : [b, a]
  const apart = first.to < second.from || (first.to === second.from && first.from < second.to)
  if (apart) {
    const between = origin.slice(first.to, second.from)
    const text =
      origin.slice(0, first.from) + first.insert + between + second.insert + origin.slice(Math.max(second.to, first.to))
    return { text, clash: false }
  }
  const [from, to] = [Math.min(a.from, b.from), Math.max(a.to, b.to)]
  return { text: origin.slice(0, from) + joined(b.insert, a.insert) + origin.slice(to), clash: true }
}

/** Both texts, but not twice what one of them only goes on from. */
function joined(theirs: string, mine: string): string {
  if (theirs.startsWith(mine)) return theirs
  return mine.startsWith(theirs) ? mine : theirs + mine
}

/** The one replacement that turns `before` into `after`. */
function changeOf(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from++
  let same = 0
  while (same < shorter - from && before.at(-1 - same) === after.at(-1 - same)) same++
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) }
}

/** Runs `measure` some times and prints the least, the median and the most, in ms. The least is what the machine can do undisturbed. */
export async function figure(name: string, times: number, measure: () => Promise<number>): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time < times; time++) taken.push(await measure())
  taken.sort((a, b) => a - b)
  const [least, median, most] = [taken[0]!, taken[Math.floor(taken.length / 2)]!, taken.at(-1)!]
  const text = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0)).padStart(8)
  console.log(`${name.padEnd(64)} ${text(least)} ${text(median)} ${text(most)}  ms (least, median, most of ${times})`)
  return least
}

/** Prints how many times as long one figure is as another. */
export function ratio(name: string, ours: number, theirs: number): void {
  console.log(`${name.padEnd(64)} ${(theirs / ours).toFixed(1).padStart(8)} ×`)
}

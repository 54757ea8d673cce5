import type { RunId } from '../engine/index.ts'

let runs = 0

/** A run id: letters and digits only, because table versions carry it in their names. */
export function newRunId(): RunId {
  runs += 1
  const chance = Math.floor(Math.random() * 36 ** 4)
  return `r${Date.now().toString(36)}${chance.toString(36)}${runs.toString(36)}`
}

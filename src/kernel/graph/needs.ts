import type { GraphStep } from './graph-step.ts'
import type { Version } from './names.ts'

/**
 * Who needs which version. A version that is made on some ways only lets older ones pass through; its cell needs them only while
 * somebody reads the version.
 */
export class Needs {
  /** Cells of which a version is needed now that was not, or no more. */
  readonly #turned = new Set<GraphStep>()

  /** A cell reads other versions than before. */
  replace(before: readonly Version[], now: readonly Version[]): void {
    for (const version of now) this.#add(version)
    for (const version of before) this.#remove(version)
  }

  takeTurned(): GraphStep[] {
    const turned = [...this.#turned]
    this.#turned.clear()
    return turned
  }

  #add(version: Version): void {
    version.needs += 1
    if (version.needs > 1 || version.behind.length === 0) return
    this.#turned.add(version.cell)
    for (const older of version.behind) this.#add(older)
  }

  #remove(version: Version): void {
    version.needs -= 1
    if (version.needs > 0 || version.behind.length === 0) return
    this.#turned.add(version.cell)
    for (const older of version.behind) this.#remove(older)
  }
}

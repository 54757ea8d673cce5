import { calledAtLast, rightSide } from './expression.ts'
import { definesCode, type Role } from './roles.ts'
import type { BoundUnit } from './units.ts'

/**
 * What cannot be stored, by the call that makes it. What is not in this list is found out at run time, with a clear
 * message.
 */
const cannotBeStored = new RegExp(
  String.raw`^(open|iter|map|filter|zip|enumerate|reversed|csv\.reader|csv\.DictReader|os\.scandir|` +
    String.raw`(\w+\.)*connect|(\w+\.)*socket|(threading|multiprocessing|asyncio)\.\w+|(\w+\.)*(Thread|Process)PoolExecutor|` +
    String.raw`(\w+\.)*(NamedTemporaryFile|TemporaryFile|TemporaryDirectory)|(\w+\.)*(Popen|cursor))$`,
)
const generatorExpression = /^\((?:[^()[\]{}]|\([^()]*\)|\[[^[\]]*\])*\sfor\s[^()]*(?:\([^()]*\)[^()]*)*\)$/

/**
 * Why a version of a name cannot be passed from task to task, in words for people; null: it can, as far as can be told.
 * Versions are told by the unit that makes them.
 */
export class Crossing {
  readonly #units: readonly BoundUnit[]
  readonly #held: (readonly number[])[] = []
  readonly #known = new Map<string, string | null>()

  constructor(units: readonly BoundUnit[], roles: readonly Role[]) {
    this.#units = units
    for (const { at, reads } of units) {
      const sources = reads
        .filter(({ resource, from }) => from !== null && resource.startsWith('name:'))
        .map(({ from }) => from!)
      const held = sources.flatMap((from) => {
        if (roles[from] !== 'setup') return this.#held[from]!
        const definition = units[from]!
        return (definesCode(definition) && !isImport(definition)) || hasCode(definition) ? [from] : []
      })
      this.#held[at] = [...new Set(held)]
    }
  }

  whyNot(name: string, at: number): string | null {
    const key = `${at} ${name}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const answer = this.#tell(name, this.#units[at]!)
    this.#known.set(key, answer)
    return answer
  }

  /**
   * Units that define functions and classes which a value made by the unit `at` may hold: whoever takes the value
   * needs them too, because a value of a class is passed on without its class.
   */
  holds(at: number): readonly number[] {
    return this.#held[at]!
  }

  #tell(name: string, unit: BoundUnit): string | null {
    if (definesCode(unit)) return `\`${name}\` is code that needs values`
    if (unit.code?.has(name) === true) return `\`${name}\` is code that is made along with work`
    const bound = unit.analysis.effects.some(({ mode, resource }) => mode === 'write' && resource === `name:${name}`)
    const right = rightSide(unit.text)
    const callee = calledAtLast(right)
    if (bound && (cannotBeStored.test(callee) || generatorExpression.test(right) || this.#isGenerator(callee, unit))) {
      return `\`${name}\` cannot cross a task boundary`
    }
    const before = unit.reads.find((read) => read.resource === `name:${name}` && read.from !== null)
    if (before === undefined || before.from === null || !unit.writes.includes(`name:${name}`)) return null
    const maker = this.#units[before.from]!
    if (definesCode(maker) || maker.code?.has(name) === true) return `\`${name}\` is code that was changed`
    return this.whyNot(name, before.from)
  }

  #isGenerator(callee: string, unit: BoundUnit): boolean {
    const read = unit.reads.find(({ resource }) => resource === `name:${callee}`)
    if (read === undefined || read.from === null) return false
    const { text } = this.#units[read.from]!
    return /^\s*(async\s+)?def\b/.test(text) && /\byield\b/.test(text)
  }
}

function hasCode({ code }: BoundUnit): boolean {
  return code !== undefined && code.size > 0
}

function isImport(unit: BoundUnit): boolean {
  return /^\s*(import|from)\b/.test(unit.text)
}

import type { Effect } from '../analysis/index.ts'
import type { Unit } from './units.ts'

/** What stands for all functions of the catalog. They are kept as tables are: made once, seen by every task. */
const routines = 'table:main.information_schema.routines'

const permanent = /\b(CREATE\s+(OR\s+REPLACE\s+)?|DROP\s+|ALTER\s+)FUNCTION\b/i
const temporary = /\b(CREATE|DROP)\s+(OR\s+REPLACE\s+)?TEMP(ORARY)?\s+FUNCTION\b|\budf\.register\b/i

/**
 * The units with what they do to permanent functions as effects on the catalog: creating one is work, which is done once
 * and comes before its uses. For analysis all functions are state of the session, which is right for temporary ones.
 */
export function placeFunctions(units: readonly Unit[]): Unit[] {
  const makers = new Set<string>()
  let made = false
  return units.map((unit) => {
    const { analysis, text } = unit
    const defined = /^\s*(?:async\s+)?def\s+(\w+)/.exec(text)?.[1]
    if (defined !== undefined) {
      if (permanent.test(text)) makers.add(defined)
      else makers.delete(defined)
      return unit
    }
    const touched = analysis.effects.filter(({ resource }) => resource === 'session:udf')
    if (touched.length === 0) return unit
    const called = [...text.matchAll(/(?<![\w.])(\w+)\s*\(/g)].some(([, name]) => makers.has(name!))
    const changes = touched.find(({ mode }) => mode !== 'read')
    if (changes !== undefined && (permanent.test(text) || called)) {
      made = true
      const kept = temporary.test(text) ? analysis.effects : analysis.effects.filter((each) => !touched.includes(each))
      const work: Effect = { mode: 'update', resource: routines, where: changes.where }
      return { ...unit, setup: false, analysis: { ...analysis, effects: [...kept, work] } }
    }
    if (!made) return unit
    const reads: Effect = { mode: 'read', resource: routines, where: touched[0]!.where }
    return { ...unit, analysis: { ...analysis, effects: [...analysis.effects, reads] } }
  })
}

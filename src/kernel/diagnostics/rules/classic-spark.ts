import type { Span } from '../../analysis/index.ts'
import { pythonFacts } from '../python-facts.ts'
import type { FoundIn, NotebookRule } from '../rule.ts'

/** RDDs and the Spark context, which Spark Connect has not. Once a cell. */
export const classicSpark: NotebookRule = function* ({ cells }): Iterable<FoundIn> {
  /** Names that some cell above gave a meaning. */
  const own = new Set<string>()
  for (const [index, { kind, source, analysis }] of cells.entries()) {
    if (kind !== 'python' || analysis.broken || analysis.pragma.run === 'off') continue
    const defines = analysis.effects.some(({ mode, resource }) => mode !== 'read' && resource === 'name:sc')
    const where = classicUse(source, !own.has('sc') && !defines)
    if (where !== undefined) {
      const what = source.slice(where.start, where.end)
      const message = `${what} needs the old kind of Spark: serverless compute, shared clusters and this machine do not have it. Use data frames instead (spark.createDataFrame, spark.range, df.select).`
      yield { index, code: 'needs-classic-spark', where, message }
    }
    if (defines) own.add('sc')
  }
}

/** The first use of what Spark Connect has not. `context`: `sc` is the notebook's own. */
function classicUse(source: string, context: boolean): Span | undefined {
  if (!/sparkContext|\.rdd\b|\._jvm\b|\._jsc\b|\._jdf\b|\bsc\./.test(source)) return undefined
  for (const { name, of, where, owner } of pythonFacts(source).attributes) {
    if (context && of === 'sc') return owner
    const isClassic =
      name === 'rdd' || name === '_jdf' || (of === 'spark' && /^(sparkContext|_jvm|_jsc|_sc)$/.test(name))
    if (isClassic) return where
  }
  return undefined
}

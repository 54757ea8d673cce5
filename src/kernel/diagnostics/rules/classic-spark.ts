import { pythonFacts } from '../python-facts.ts'
import type { FoundIn, NotebookRule } from '../rule.ts'

/** RDDs and the Spark context, which Spark Connect has not. Once a cell. */
export const classicSpark: NotebookRule = function* ({ cells }): Iterable<FoundIn> {
  /** Names that some cell above gave a meaning. */
  const own = new Set<string>()
  for (const [index, { kind, source, analysis }] of cells.entries()) {
    if (kind !== 'python' || analysis.broken || analysis.pragma.run === 'off') continue
    const context = own.has('sc')
      ? undefined
      : analysis.effects.find(({ mode, resource }) => mode === 'read' && resource === 'name:sc')
    const attribute = /sparkContext|\.rdd\b|\._jvm\b|\._jsc\b|\._jdf\b/.test(source)
      ? pythonFacts(source).attributes.find(
          ({ name, of }) =>
            name === 'rdd' || (of === 'spark' && /^(sparkContext|_jvm|_jsc|_sc)$/.test(name)) || name === '_jdf',
        )
      : undefined
    const where = context?.where ?? attribute?.where
    if (where !== undefined) {
      const what = source.slice(where.start, where.end)
      const message = `${what} needs the old kind of Spark: serverless compute, shared clusters and this machine do not have it. Use data frames instead (spark.createDataFrame, spark.range, df.select).`
      yield { index, code: 'needs-classic-spark', where, message }
    }
    for (const { mode, resource } of analysis.effects) if (mode !== 'read' && resource === 'name:sc') own.add('sc')
  }
}

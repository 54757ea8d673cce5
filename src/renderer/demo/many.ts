import { stdout, type DemoCell, type Scene } from './scene.ts'

/** A notebook of `count` cells: sources, steps that read one or two cells above, a table now and then. */
export function many(count: number): Scene {
  const cells = Array.from({ length: count }, (_, at): DemoCell => {
    if (at % 25 === 0)
      return { kind: 'markdown', source: `## Part ${at / 25 + 1}\n\nSteps ${at + 1} to ${Math.min(at + 25, count)}.` }
    if (at % 25 === 1)
      return {
        kind: 'python',
        title: `Load ${at}`,
        state: 'fresh',
        ms: 900 + at,
        source: `df_${at} = spark.read_parquet("data/part_${at}.parquet")`,
      }
    const [near, far] = [before(at - 1), before(at - 2 - ((at * 7) % 9))]
    const source = [
      `# Step ${at} of the pipeline`,
      `df_${at} = df_${near}.withColumn("x_${at}", F.col("x") * ${at})`,
      ...(at % 4 === 0 ? [`df_${at} = df_${at}.join(df_${far}, "id", "left")`] : []),
      ...(at % 10 === 0 ? [`df_${at}.write.saveAsTable("main.steps.t${at}")`] : []),
      ...Array.from(
        { length: at % 7 },
        (_, line) => `total_${at}_${line} = df_${at}.agg(F.sum("x_${at}")).first()[0] + ${line}`,
      ),
    ].join('\n')
    const outputs = at % 3 === 0 ? [stdout(`${at * 1000} rows\n`)] : []
    return {
      kind: 'python',
      title: `Step ${at}`,
      state: at > count - 40 ? 'stale' : 'fresh',
      ms: 40 + ((at * 13) % 400),
      source,
      outputs,
    }
  })
  return { name: `many_${count}`, cells, parameters: [], diagnostics: [], pages: new Map() }
}

/** The nearest cell at or above `at` that defines a frame. */
function before(at: number): number {
  const index = Math.max(at, 1)
  return index % 25 === 0 ? index - 1 : index
}

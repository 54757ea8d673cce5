/** From nothing to the first result: the kernel, a Python process, and (or not) Spark. */
import { openBenchHost } from './support/host.ts'
import { figure } from './support/figures.ts'

for (const [name, cell] of [
  ['Python only', 'x = 1\nprint(x)'],
  ['Spark', 'print(spark.range(3).count())'],
] as const) {
  await figure(`start to first result, ${name}`, 3, async () => {
    const started = performance.now()
    const host = await openBenchHost([cell])
    await host.until([host.document.cells[0]!.id], 'fresh', () =>
      host.connection.sendRequest('run/all', { doc: host.document.doc }),
    )
    const taken = performance.now() - started
    await host.close()
    return taken
  })
}

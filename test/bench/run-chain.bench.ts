/** A chain of 1,000 trivial cells: from the request to the last value on the page, over the WebSocket. */
import { openBenchHost } from './support/host.ts'
import { figure } from './support/figures.ts'

for (const count of [100, 1000]) {
  const cells = Array.from({ length: count }, (_, index) => (index === 0 ? 'x0 = 0' : `x${index} = x${index - 1} + 1`))
  const host = await openBenchHost(cells)
  const ids = host.document.cells.map(({ id }) => id)
  await host.until(ids, 'fresh', () => host.connection.sendRequest('run/all', { doc: host.document.doc }))
  await figure(`run a chain of ${count} trivial cells from its top`, 3, () =>
    host.until([ids.at(-1)!], 'fresh', () =>
      host.connection.sendRequest('run/cells', { doc: host.document.doc, cells: [ids[0]] }),
    ),
  )
  await host.close()
}

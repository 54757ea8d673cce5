/** An edit at the top of a notebook of 1,000 cells, until the page knows of every stale cell, over the WebSocket. */
import { openBenchHost } from './support/host.ts'
import { figure } from './support/figures.ts'

const COUNT = 1000
const chain = Array.from({ length: COUNT }, (_, index) => (index === 0 ? 'x0 = 0' : `x${index} = x${index - 1} + 1`))
const fan = Array.from({ length: COUNT }, (_, index) => (index === 0 ? 'x0 = 0' : `y${index} = x0 + ${index}`))

for (const [shape, cells] of [
  ['chain', chain],
  ['fan', fan],
] as const) {
  const host = await openBenchHost(cells)
  const ids = host.document.cells.map(({ id }) => id)
  await host.until(ids, 'fresh', () => host.connection.sendRequest('run/all', { doc: host.document.doc }))
  let { rev } = host.document
  let value = 0
  await figure(`edit to stale, ${shape} of ${COUNT} cells, all stale`, 7, async () => {
    value += 1
    const stale = await host.until(ids, 'stale', async () => {
      const edits = [{ op: 'change', cell: ids[0], source: `x0 = ${value}` }]
      rev = (
        await host.connection.sendRequest<{ rev: number }>('document/edit', { doc: host.document.doc, rev, edits })
      ).rev
    })
    // Undo, which makes all fresh again without running anything.
    await host.until(ids, 'fresh', async () => {
      const edits = [{ op: 'change', cell: ids[0], source: 'x0 = 0' }]
      rev = (
        await host.connection.sendRequest<{ rev: number }>('document/edit', { doc: host.document.doc, rev, edits })
      ).rev
    })
    return stale
  })
  await host.close()
}

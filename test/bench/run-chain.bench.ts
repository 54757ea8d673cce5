/** A chain of trivial cells, run from its top: from the request to the last value on the page, over the WebSocket, beside marimo. */
import { openBenchHost } from './support/host.ts'
import { figure, ratio } from './support/figures.ts'
import { marimoIsThere, openMarimo } from './support/marimo.ts'

const peer = marimoIsThere()
if (!peer) console.log('marimo could not be installed: no ratios.')

for (const count of [100, 1000]) {
  const cells = Array.from({ length: count }, (_, index) => (index === 0 ? 'x0 = 0' : `x${index} = x${index - 1} + 1`))
  const host = await openBenchHost(cells)
  const ids = host.document.cells.map(({ id }) => id)
  await host.until(ids, 'fresh', () => host.connection.sendRequest('run/all', { doc: host.document.doc }))
  const run = { doc: host.document.doc, cells: [ids[0]] }
  const ours = await figure(`Dagbook: run a chain of ${count} trivial cells from its top`, 5, () =>
    host.until([ids.at(-1)!], 'fresh', () => host.connection.sendRequest('run/cells', run)),
  )
  await host.close()
  if (!peer) continue
  const marimo = await openMarimo(cells)
  let value = 0
  const theirs = await figure(`marimo: the same`, 5, () => marimo.run(marimo.cells[0]!, `x0 = ${(value += 1)}`))
  await marimo.close()
  ratio(`marimo / Dagbook, chain of ${count}`, ours, theirs)
}

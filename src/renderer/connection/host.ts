import type { TableView } from '../../kernel/contract/index.ts'
import type { Host } from './link.ts'

/** The program that shows this page: the desktop app, which serves it by a scheme of its own, else the local web server. */
export async function connectHost(): Promise<Host> {
  const desktop = location.protocol === 'app:'
  const kernel = desktop
    ? await (await import('./desktop.ts')).connectDesktop()
    : await (await import('./web.ts')).connectWeb()
  return { kernel, resultPage, frameUrl: '/output-frame.html', startsAgain: desktop }
}

async function resultPage({ file, pages }: TableView, page: number): Promise<Uint8Array> {
  const [from, to] = [pages[page], pages[page + 1]]
  if (from === undefined || to === undefined) throw new Error('The table has no such rows. Run the cell again.')
  const address = `/results/${encodeURIComponent(file)}?from=${from}&to=${to}`
  const answer = await fetch(address, { credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`These rows are not there any more (${answer.status}). Run the cell again.`)
  return new Uint8Array(await answer.arrayBuffer())
}

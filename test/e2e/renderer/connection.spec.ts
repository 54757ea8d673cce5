import type { WebSocketRoute } from '@playwright/test'
import { expect, test } from './demo.ts'

/** A kernel of one cell behind a WebSocket, as far as these tests need one. */
class Kernel {
  source = 'x = 1'
  rev = 1
  sockets: WebSocketRoute[] = []

  accept(socket: WebSocketRoute): void {
    this.sockets.push(socket)
    socket.onMessage((frame) => {
      const { id, method, params } = JSON.parse(String(frame)) as { id: number; method: string; params: never }
      const answer = this.answer(method, params)
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    })
  }

  private answer(method: string, params: { rev: number; edits: { source: string }[] }): object {
    if (method === 'app/open') {
      const engine = { state: 'off', message: '' }
      return {
        result: {
          project: { name: 'p', path: '/p' },
          notebooks: ['a.py'],
          open: 'a.py',
          python: null,
          engine,
          drafts: [],
        },
      }
    }
    if (method === 'document/open') return { result: this.view() }
    if (method !== 'document/edit') return { result: {} }
    if (params.rev !== this.rev) {
      const data = { code: 'DB-1302', what: 'It was changed elsewhere.', todo: '', place: {} }
      return { error: { code: 1, message: 'refused', data } }
    }
    this.source = params.edits[0]!.source
    return { result: { rev: ++this.rev } }
  }

  private view() {
    const run = { state: 'stale', ms: null, finished: null, error: null, because: [] }
    const cell = { id: 'c', key: 'c', kind: 'python', title: null, source: this.source, mode: 'auto', modeReason: null }
    const cells = [{ ...cell, reads: [], writes: [], run, outputs: [] }]
    const rest = { edges: [], diagnostics: [], parameters: [] }
    return { doc: 'd', path: 'a.py', name: 'a', language: 'python', rev: this.rev, dirty: false, cells, ...rest }
  }
}

test('a broken connection keeps what one types, and brings it to the kernel when it is back', async ({
  page,
  site,
}) => {
  const kernel = new Kernel()
  let reachable = true
  await page.routeWebSocket(/\/kernel$/, (socket) => {
    if (reachable) kernel.accept(socket)
    else void socket.close()
  })
  await page.goto(site)
  await page.locator('.cm-content').click()
  await page.keyboard.press('End')
  await page.keyboard.type('0')
  await expect.poll(() => kernel.source).toBe('x = 10')

  reachable = false
  await Promise.all(kernel.sockets.map((socket) => socket.close()))
  await expect(page.getByText('Connection lost, your edits are kept.')).toBeVisible()
  await page.keyboard.type('0')
  await expect(page.locator('.cm-content')).toHaveText('x = 100')
  kernel.rev = 7
  reachable = true
  await expect.poll(() => kernel.source).toBe('x = 100')
  await expect(page.getByText('Connection lost')).toHaveCount(0)
})

test('the page of the app has nothing of the demo in it', async ({ page, site }) => {
  await page.routeWebSocket(/\/kernel$/, (socket) => new Kernel().accept(socket))
  const loaded: string[] = []
  page.on('response', (response) => loaded.push(response.url()))
  await page.goto(site)
  await expect(page.locator('.cell')).toHaveCount(1)
  expect(loaded.filter((url) => url.includes('demo'))).toEqual([])
})

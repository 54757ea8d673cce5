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
  await expect(page.getByText('Connection lost: Dagbook does not answer.')).toBeVisible()
  await page.keyboard.type('0')
  await expect(page.locator('.cm-content')).toHaveText('x = 100')
  await expect(page.locator('.status-bar')).toContainText('Not connected to Dagbook')
  await expect(page.getByRole('button', { name: 'Run all' })).toBeDisabled()
  await page.keyboard.press('Control+s')
  await expect(page.getByText('That was not done: Dagbook does not answer.').first()).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy notebook text' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('# Databricks notebook source\nx = 100\n')
  kernel.rev = 7
  reachable = true
  await expect.poll(() => kernel.source, { timeout: 20_000 }).toBe('x = 100')
  await expect(page.getByText('Connection lost')).toHaveCount(0)
  await expect(page.getByText('That was not done')).toHaveCount(0)
})

test('the address names the open notebook, and a page that is loaded again opens the one that it names', async ({
  page,
  demo,
  site,
}) => {
  await demo.open()
  await expect(page).toHaveURL(/#\/late_flights\.py$/)
  await page.goto('about:blank')
  await page.goto(`${site}/demo.html?demo=flights#/weekly/report.py`)
  await page.locator('.notebook').waitFor()
  const opened = await demo.kernel((kernel) => kernel.log.find(({ method }) => method === 'document/open')!.params)
  expect(opened).toEqual({ path: 'weekly/report.py' })
})

test('while another notebook comes, the one that goes can neither be run nor edited', async ({ page, demo }) => {
  await demo.open()
  await demo.kernel((kernel) => {
    const request = kernel.request.bind(kernel)
    kernel.request = (async (method: 'document/open', params: { path: string }) => {
      if (method === 'document/open') await new Promise((resolve) => addEventListener('go-on', resolve, { once: true }))
      return request(method, params)
    }) as typeof kernel.request
  })
  const other = page.getByRole('menuitem', { name: 'weekly/report.py' })
  await page.getByRole('button', { name: 'late_flights', exact: true }).click()
  await other.click()
  await expect(page.getByText('Opening weekly/report.py')).toBeVisible()
  await page.keyboard.press('Control+Shift+Enter')
  await page.locator('#cell-c3').click({ force: true })
  await page.keyboard.type('typed')
  expect(await demo.asked()).not.toContain('run/all')
  await page.evaluate(() => dispatchEvent(new Event('go-on')))
  await expect(page.getByText('Opening weekly/report.py')).toHaveCount(0)
  expect(await demo.asked()).not.toContain('document/edit')
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect.poll(demo.asked).toContain('run/all')
})

test('a notebook that cannot be made leaves its name in the dialog, with the reason', async ({ page, demo }) => {
  await demo.open()
  await demo.kernel((kernel) => {
    const request = kernel.request.bind(kernel)
    let times = 0
    kernel.request = (async (method: 'document/create', params: { path: string }) => {
      if (method === 'document/create' && times++ === 0) throw new Error('There is a file of that name already.')
      return request(method, params)
    }) as typeof kernel.request
  })
  await page.getByRole('button', { name: 'late_flights', exact: true }).click()
  await page.getByRole('menuitem', { name: 'New notebook…' }).click()
  const name = page.getByLabel('File in the project')
  await name.fill('reports/weekly')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('dialog')).toContainText('There is a file of that name already.')
  await expect(name).toHaveValue('reports/weekly')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByText('There is a file of that name already.')).toHaveCount(0)
})

test('a file that was changed outside is compared before anything is thrown away', async ({ page, demo }) => {
  await demo.open()
  await demo.kernel(async (kernel) => {
    const request = kernel.request.bind(kernel)
    kernel.refuseNext({ code: 'DB-1009', what: 'The file was changed outside.', todo: 'Compare the two.', place: {} })
    const refused = await request('document/edit', { doc: 'demo', rev: 1, edits: [] }).catch((error: unknown) => error)
    kernel.request = (async (method: string, params: { overwrite?: boolean }) => {
      if (method === 'document/save' && params.overwrite !== true) throw refused
      if (method === 'document/compare') return { mine: 'a = 1\nmine = 2\n', file: 'a = 1\nfile = 3\n' }
      return request(method as 'document/save', params as { doc: string })
    }) as typeof kernel.request
  })
  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your text and the file differ' })
  await expect(dialog.locator('[data-kind=removed]').last()).toContainText('file = 3')
  await expect(dialog.locator('[data-kind=added]').last()).toContainText('mine = 2')
  await dialog.getByRole('button', { name: 'Decide later' }).click()
  expect(await demo.asked()).not.toContain('document/reload')
  await page.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('button', { name: 'Keep mine' }).click()
  await expect(dialog).toHaveCount(0)
  const saved = await demo.kernel((kernel) => kernel.log.findLast(({ method }) => method === 'document/save')?.params)
  expect(saved).toMatchObject({ overwrite: true })
})

test('the page of the app has nothing of the demo in it', async ({ page, site }) => {
  await page.routeWebSocket(/\/kernel$/, (socket) => new Kernel().accept(socket))
  const loaded: string[] = []
  page.on('response', (response) => loaded.push(response.url()))
  await page.goto(site)
  await expect(page.locator('.cell')).toHaveCount(1)
  expect(loaded.filter((url) => url.includes('demo'))).toEqual([])
})

import { request as ask, type OutgoingHttpHeaders } from 'node:http'
import { WebSocket } from 'ws'
import { expect, notebookText, test } from './app.ts'

const routes = ['/', '/index.html', '/output-frame.html', '/results/x.arrow?from=0&to=1', '/kernel', '/nothing']

test('no route answers without the token, to another host name or to a foreign page', async ({
  page,
  openNotebook,
}) => {
  const { url } = await openNotebook(notebookText({ One: '1' }))
  const { port, host, origin } = new URL(url)
  const [cookie] = await page.context().cookies()
  const own = { Cookie: `${cookie!.name}=${cookie!.value}` }
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })

  for (const path of routes) {
    expect(await status(port, path, {})).toBe(401)
    expect(await status(port, path, { Cookie: `${cookie!.name}=wrong` })).toBe(401)
    expect(await status(port, path, { ...own, Host: 'evil.example' })).toBe(403)
    expect(await status(port, path, { ...own, Origin: 'https://evil.example' })).toBe(403)
  }
  expect(await status(port, '/?token=wrong', {})).toBe(401)
  expect(await status(port, '/', own)).toBe(200)

  expect(await socket(host, { Origin: origin })).toBe(401)
  expect(await socket(host, { ...own, Origin: 'https://evil.example' })).toBe(403)
  expect(await socket(host, own)).toBe(403)
  expect(await socket(host, { ...own, Origin: origin, Host: 'evil.example' })).toBe(403)
  expect(await socket(host, { ...own, Origin: origin })).toBe('open')
})

test('files outside of the page and the results are not served', async ({ page, openNotebook }) => {
  const { url } = await openNotebook(notebookText({ One: '1' }))
  const [cookie] = await page.context().cookies()
  const own = { Cookie: `${cookie!.name}=${cookie!.value}` }
  for (const path of ['/..%2fmain%2fcli.js', '/%2e%2e/main/cli.js', '/results/..%2f..%2fnotebook.py?from=0&to=9']) {
    expect([400, 404]).toContain(await status(new URL(url).port, path, own))
  }
})

test('HTML that a cell makes reaches neither the page nor the network', async ({ page, openNotebook, cell }) => {
  const script = `
    const told = []
    const attempt = async (name, work) => {
      try { await work(); told.push(name + ' reached') } catch { told.push(name + ' refused') }
    }
    ;(async () => {
      await attempt('page', () => parent.document.title)
      await attempt('storage', () => localStorage.length)
      await attempt('cookie', () => document.cookie)
      await attempt('kernel', () => fetch(location.href))
      await attempt('network', () => fetch('https://example.com', { mode: 'no-cors' }))
      await attempt('image', () => new Promise((good, bad) => {
        const image = new Image()
        image.onload = good
        image.onerror = bad
        image.src = new URL('/icon.svg', location.href)
      }))
      document.getElementById('told').textContent = told.join(', ')
    })()`
  await openNotebook(notebookText({ Foreign: `displayHTML("""<p id="told"></p><script>${script}</script>""")` }))
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(cell('Foreign')).toHaveAttribute('data-state', 'fresh')
  await expect(page.frameLocator('.html-frame').locator('#told')).toHaveText(
    'page refused, storage refused, cookie refused, kernel refused, network refused, image refused',
  )
})

function status(port: string, path: string, headers: OutgoingHttpHeaders): Promise<number> {
  return new Promise((resolve, reject) => {
    ask({ host: '127.0.0.1', port, path, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode!)
    })
      .on('error', reject)
      .end()
  })
}

/** What becomes of an attempt to reach the kernel: `open`, or the status of the refusal. */
function socket(host: string, headers: Record<string, string>): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    const client = new WebSocket(`ws://${host}/kernel`, { headers })
    client.on('open', () => {
      client.close()
      resolve('open')
    })
    client.on('unexpected-response', (_, answer) => {
      resolve(answer.statusCode!)
      client.terminate()
    })
    client.on('error', reject)
  })
}

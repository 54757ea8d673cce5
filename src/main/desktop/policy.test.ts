import { expect, test } from 'vitest'
import { mayNavigate, mayOpenOutside, mayUse, START_PAGE, webPreferences } from './policy.ts'

test('a window has neither Node nor a way around the sandbox', () => {
  expect(webPreferences('/preload.cjs')).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  })
})

test('a window stays on the page of the app', () => {
  expect(mayNavigate(START_PAGE)).toBe(true)
  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    'app://other/index.html',
    'javascript:alert(1)',
    'nonsense',
  ]) {
    expect(mayNavigate(url), url).toBe(false)
  }
})

test('only web and mail links leave the app', () => {
  expect(mayOpenOutside('https://example.com/a')).toBe(true)
  expect(mayOpenOutside('mailto:someone@example.com')).toBe(true)
  for (const url of ['http://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'vscode://x', 'nonsense']) {
    expect(mayOpenOutside(url), url).toBe(false)
  }
})

test('permissions are denied but for copying and full screen in our own page', () => {
  expect(mayUse('clipboard-sanitized-write', START_PAGE)).toBe(true)
  expect(mayUse('clipboard-sanitized-write', 'https://example.com/')).toBe(false)
  for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'hid'])
    expect(mayUse(permission, START_PAGE)).toBe(false)
})

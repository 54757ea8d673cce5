import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

let home = ''
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'dagbook-'))))
afterEach(() => rmSync(home, { recursive: true }))

/** What uv is told on a machine with this pip.conf and these variables. */
function uvEnvironment(conf: string, env: NodeJS.ProcessEnv = {}): Record<string, string> {
  mkdirSync(join(home, '.config', 'pip'), { recursive: true })
  writeFileSync(join(home, '.config', 'pip', 'pip.conf'), conf)
  const module = new URL('./python/network.mjs', import.meta.url).href
  const code = `import { uvEnvironment } from '${module}'; console.log(JSON.stringify(uvEnvironment()))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { env: { HOME: home, ...env } })
  return z.record(z.string(), z.string()).parse(JSON.parse(String(stdout)))
}

test('uv uses the index and the certificates of pip.conf', () => {
  const env = uvEnvironment('[global]\nindex-url = https://index.test/simple\n# note\n[install]\ncert: /certs.pem\n')
  expect(env).toMatchObject({ UV_DEFAULT_INDEX: 'https://index.test/simple', SSL_CERT_FILE: '/certs.pem' })
})

test('a list over several lines becomes one with blanks', () => {
  const env = uvEnvironment('[global]\nextra-index-url =\n    https://a.test\n    https://b.test\n')
  expect(env['UV_INDEX']).toBe('https://a.test https://b.test')
})

test('a PIP_ variable is stronger than pip.conf, and a UV_ variable stronger than both', () => {
  const conf = '[global]\nindex-url = https://conf.test\n'
  expect(uvEnvironment(conf, { PIP_INDEX_URL: 'https://pip.test' })['UV_DEFAULT_INDEX']).toBe('https://pip.test')
  const env = uvEnvironment(conf, { PIP_INDEX_URL: 'https://pip.test', UV_INDEX_URL: 'https://uv.test' })
  expect(env).not.toHaveProperty('UV_DEFAULT_INDEX')
})

test('other sections of pip.conf do not matter, and uv always trusts the certificates of the machine', () => {
  const env = uvEnvironment('[download]\nindex-url = https://other.test\n')
  expect(env).not.toHaveProperty('UV_DEFAULT_INDEX')
  expect(env['UV_SYSTEM_CERTS']).toBe('1')
})

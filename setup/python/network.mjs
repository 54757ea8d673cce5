import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { downloadsTo } from '../project.mjs'

/**
 * The environment for uv on this machine: it trusts the machine's certificates, and follows what the machine's owner
 * told pip (package index, certificates) where nothing is said to uv itself.
 * @returns {NodeJS.ProcessEnv}
 */
export function uvEnvironment() {
  const pip = pipSettings()
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...downloadsTo('UV_CACHE_DIR'),
    ...process.env,
    UV_SYSTEM_CERTS: '1',
    UV_NATIVE_TLS: '1',
    UV_PYTHON_DOWNLOADS: 'never',
  }
  if (!['UV_DEFAULT_INDEX', 'UV_INDEX_URL'].some((name) => name in env)) env['UV_DEFAULT_INDEX'] = pip['index-url']
  if (!['UV_INDEX', 'UV_EXTRA_INDEX_URL'].some((name) => name in env)) env['UV_INDEX'] = pip['extra-index-url']
  if (!('UV_INSECURE_HOST' in env)) env['UV_INSECURE_HOST'] = pip['trusted-host']
  if (!('SSL_CERT_FILE' in env)) env['SSL_CERT_FILE'] = pip['cert']
  if (!('HTTPS_PROXY' in env || 'https_proxy' in env)) env['HTTPS_PROXY'] = pip['proxy']
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}

/** @returns {Record<string, string>} pip's settings by name, from its files and PIP_* variables, the strongest last */
function pipSettings() {
  /** @type {Record<string, string>} */
  const settings = {}
  for (const file of pipFiles().filter(existsSync)) Object.assign(settings, readSection(readFileSync(file, 'utf8')))
  for (const [name, value = ''] of Object.entries(process.env)) {
    if (name.startsWith('PIP_')) settings[name.slice(4).toLowerCase().replaceAll('_', '-')] = value
  }
  return settings
}

/** @returns {string[]} where pip keeps its settings, as its manual says, the strongest last */
function pipFiles() {
  const chosen = process.env['PIP_CONFIG_FILE']
  const home = homedir()
  const files =
    process.platform === 'win32'
      ? [join(process.env['ProgramData'] ?? '', 'pip', 'pip.ini'), join(process.env['APPDATA'] ?? '', 'pip', 'pip.ini')]
      : process.platform === 'darwin'
        ? ['/Library/Application Support/pip/pip.conf', join(home, 'Library', 'Application Support', 'pip', 'pip.conf')]
        : ['/etc/xdg/pip/pip.conf', '/etc/pip.conf']
  const own = [
    join(home, '.pip', 'pip.conf'),
    join(process.env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
  ]
  return [...files, ...own, ...(chosen === undefined ? [] : [chosen])]
}

/** @param {string} text a pip.conf @returns {Record<string, string>} what [global] and [install] say; lists by spaces */
function readSection(text) {
  /** @type {Record<string, string>} */
  const settings = {}
  let section = ''
  let name = ''
  for (const line of text.split(/\r?\n/).filter((line) => !/^\s*([#;]|$)/.test(line))) {
    const header = /^\[(.+)\]/.exec(line)
    const pair = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line)
    if (header !== null) section = header[1] ?? ''
    else if (!['global', 'install'].includes(section)) continue
    else if (pair !== null) settings[(name = (pair[1] ?? '').toLowerCase())] = (pair[2] ?? '').trim()
    else settings[name] = `${settings[name] ?? ''} ${line.trim()}`.trim()
  }
  return settings
}

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'"
const framePolicy =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
  'img-src data: blob:; font-src data:'

/**
 * Builds the page with its demo, unless that was done for the very same sources. Gives the folder that it is in. Several may ask
 * at the same time: a folder has its last name only when it is whole.
 */
export async function buildPage(): Promise<string> {
  const root = join(import.meta.dirname, '../../..')
  const folder = join(
    root,
    '.cache',
    `renderer-${await hashOf(root, ['src/renderer', 'src/kernel/contract', 'package.json'])}`,
  )
  if (existsSync(folder)) return folder
  const outDir = `${folder}.${process.pid}`
  await build({ configFile: join(root, 'src/renderer/vite.config.ts'), logLevel: 'error', build: { outDir } })
  await rename(outDir, folder).catch(() => rm(outDir, { recursive: true }))
  return folder
}

async function hashOf(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    const below = path.endsWith('.json') ? [''] : await readdir(join(root, path), { recursive: true })
    for (const name of below.toSorted()) {
      const file = join(root, path, name)
      if ((await stat(file)).isFile()) hash.update(`${path}/${name}\0`).update(await readFile(file))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

/** Serves a built page on a free port of this machine, with the headers that the real hosts send. */
export async function servePage(folder: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname === '/' ? '/index.html' : normalize(pathname)
    readFile(join(folder, path)).then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': types[extname(path)] ?? 'application/octet-stream',
          'content-security-policy': path === '/output-frame.html' ? framePolicy : pagePolicy,
        })
        response.end(bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return { url: `http://127.0.0.1:${address.port}`, server }
}
